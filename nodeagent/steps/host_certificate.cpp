// Other machines recognise this one's sshd by a certificate of the front-end's SSH host CA, beside the pins they have:
// where anything is wrong with it, ssh goes back to those.
//
// A certificate counts here only for a key that is this machine's own. One that an administrator's own CA made for the
// same key stands in files after ours, and sshd shows that one.
#include "common/ssh/host_certificate.hpp"
#include "nodeagent/steps/attributes.hpp"
#include "nodeagent/steps/sshd_login.hpp"
#include "nodeagent/steps/steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::steps {
namespace {

constexpr std::string_view main_file = "/etc/ssh/sshd_config";
constexpr std::string_view directory = "/etc/ssh/sshd_config.d";
constexpr std::string_view drop_in = "/etc/ssh/sshd_config.d/00-onenode-certificate.conf";

struct Place {
    std::string_view type;
    std::string_view path;
};

constexpr std::array places{
    Place{"ssh-ed25519", "/etc/ssh/onenode_host_ed25519-cert.pub"},
    Place{"ecdsa-sha2-nistp256", "/etc/ssh/onenode_host_ecdsa256-cert.pub"},
    Place{"ecdsa-sha2-nistp384", "/etc/ssh/onenode_host_ecdsa384-cert.pub"},
    Place{"ecdsa-sha2-nistp521", "/etc/ssh/onenode_host_ecdsa521-cert.pub"},
    Place{"ssh-rsa", "/etc/ssh/onenode_host_rsa-cert.pub"},
};

constexpr std::array reads{main_file,      directory,      drop_in,        places[0].path,
                           places[1].path, places[2].path, places[3].path, places[4].path};

bool is_ours(const one::ssh::PublicKey& key, const Facts& facts)
{
    return std::ranges::any_of(facts.identity.ssh_host_keys, [&key](const auto& line) {
        const auto own = one::ssh::parse_public_key(line);
        return own && same_key(*own, key);
    });
}

/// The certificate for a key of this type; empty where there is none.
std::string line_for(std::string_view type, const Facts& facts, const DesiredState& desired)
{
    for (const auto& line : desired.ssh_host_certificates) {
        const auto certificate = one::ssh::parse_host_certificate(line);
        if (certificate && certificate->subject.type == type && is_ours(certificate->subject, facts))
            return line + '\n';
    }
    return {};
}

std::string drop_in_text(const std::vector<std::string_view>& certificates)
{
    std::string text = "# Written by onenode: the front-end vouches for this machine's host keys.\n";
    for (const auto path : certificates)
        text += fmt::format("HostCertificate {}\n", path);
    return text;
}

Changes plan(const Facts& facts, const DesiredState& desired)
{
    if (!includes_drop_ins(facts.text(main_file))) return {};
    Changes changes;
    std::vector<std::string_view> certificates;
    for (const auto& [type, path] : places) {
        const auto line = line_for(type, facts, desired);
        if (line.empty()) continue;
        certificates.push_back(path);
        want_file(changes, facts,
                  {.path = std::string{path},
                   .text = line,
                   .why = "it says until when this host key belongs to this machine's name and address"});
    }
    if (certificates.empty()) return {};  // what is there stays: an old certificate is worth more than none
    const std::string why = "sshd shows the certificate together with its key";
    if (facts.file(directory) == nullptr) changes.push_back(MakeDirectory{.path = std::string{directory}, .why = why});
    want_file(changes, facts,
              {.path = std::string{drop_in},
               .text = drop_in_text(certificates),
               .mode = 0600,
               .verify = {"sshd", "-t", "-f", "%"},
               .why = why});
    return changes;
}

}  // namespace

constinit const Step host_certificate{"host-certificate", "sshd shows a certificate that the front-end signed", reads,
                                      plan};

}  // namespace onenode::steps
