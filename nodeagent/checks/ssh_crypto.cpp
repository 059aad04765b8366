// Crypto policies (FIPS, FUTURE) and hardened settings refuse kinds of keys, and short RSA ones (F24).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/checks/sshd_settings.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include "common/managed_block.hpp"
#include "common/ssh/public_key.hpp"
#include "common/text/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

using one::ssh::PublicKey;

constexpr std::string_view rsa = "ssh-rsa";

bool accepts(std::string_view algorithms, std::string_view type)
{
    const auto listed = [padded = fmt::format(",{},", algorithms)](std::string_view name) {
        return padded.find(fmt::format(",{},", name)) != std::string::npos;
    };
    if (type == rsa) return listed("rsa-sha2-512") || listed("rsa-sha2-256");  // how a key of this type signs today
    return listed(type);
}

// The blob is three fields with their lengths in front: the type, the exponent, the modulus (RFC 4253, 6.6).
long long rsa_bits(const PublicKey& key)
{
    const auto bytes = one::from_base64(key.blob);
    if (!bytes) return 0;
    std::string_view rest = *bytes;
    std::string_view field;
    for (int index = 0; index < 3; ++index) {
        if (rest.size() < 4) return 0;
        std::size_t length = 0;
        for (const char byte : rest.substr(0, 4))
            length = length * 256 + static_cast<unsigned char>(byte);
        if (length > rest.size() - 4) return 0;
        field = rest.substr(4, length);
        rest.remove_prefix(4 + length);
    }
    if (!field.empty() && field.front() == '\0') field.remove_prefix(1);
    return static_cast<long long>(field.size()) * 8;
}

struct Keys {
    std::vector<PublicKey> list{};
    bool are_the_frontends = false;  // else anybody's, and one more that is refused hinders nobody
};

Keys keys_of_oneadmin(const HostView& host)
{
    const auto text = host.read(fmt::format("{}/authorized_keys", oneadmin::ssh_directory)).value_or("");
    auto lines = one::managed_block(text, "onenode");
    Keys keys{.are_the_frontends = !lines.empty()};
    if (lines.empty()) lines = active_lines(text);
    for (const auto& line : lines)
        if (auto key = one::ssh::parse_public_key(line)) keys.list.push_back(*std::move(key));
    return keys;
}

std::string reason_against(const PublicKey& key, const SshdSettings& settings, std::string_view algorithms)
{
    if (!accepts(algorithms, key.type)) return fmt::format("sshd accepts no key of type {}", key.type);
    const auto shortest = number_of(settings.value("requiredrsasize"));
    const auto bits = key.type == rsa ? rsa_bits(key) : 0;
    if (shortest && bits > 0 && bits < *shortest)
        return fmt::format("sshd accepts no RSA key under {} bits, and this one has {}", *shortest, bits);
    return {};
}

std::string advice(const HostView& host, const PublicKey& key)
{
    if (host.find_program("update-crypto-policies")) return "update-crypto-policies --set DEFAULT  # then reboot";
    if (key.type == rsa) return sshd_fix_for_oneadmin(host, {"PubkeyAcceptedAlgorithms +rsa-sha2-512,rsa-sha2-256"});
    return sshd_fix_for_oneadmin(host, {fmt::format("PubkeyAcceptedAlgorithms +{}", key.type)});
}

Findings judge(const HostView& host, const SshdSettings& settings)
{
    auto algorithms = settings.value("pubkeyacceptedalgorithms");
    if (algorithms.empty()) algorithms = settings.value("pubkeyacceptedkeytypes");  // its name before OpenSSH 8.5
    if (algorithms.empty()) return not_checked("sshd does not tell which kinds of keys it accepts");

    const auto keys = keys_of_oneadmin(host);
    Findings findings;
    for (const auto& key : keys.list) {
        const auto reason = reason_against(key, settings, algorithms);
        if (reason.empty()) continue;
        auto message = fmt::format("oneadmin's key {} is refused: {}", one::ssh::fingerprint(key), reason);
        findings.push_back(keys.are_the_frontends ? error(std::move(message), advice(host, key))
                                                  : warning(std::move(message), advice(host, key)));
    }
    if (keys.list.empty() && !accepts(algorithms, rsa))
        findings.push_back(warning("sshd accepts no RSA keys, and an OpenNebula front-end makes itself an RSA key",
                                   advice(host, {.type = std::string{rsa}})));
    return findings;
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return judge_sshd(facts, host, context,
                      [&host](const SshdSettings& settings, const std::string&) { return judge(host, settings); });
}

}  // namespace

constinit const Check ssh_crypto{
    .id = "ssh-crypto",
    .title = "sshd accepts the kind of key that the front-end has",
    .run = run,
    .covers = "F24",
    .explain = "Whether sshd accepts the kind and the length of the keys that oneadmin has, under this machine's "
               "crypto policy. Before the first join: whether it accepts RSA, of which a front-end's own key is. An "
               "error for a key that a join of ours wrote, else a warning.",
    .without_it = "`no mutual signature algorithm`.",
    .mend = "the policy, or a `Match User oneadmin` block.",
};

}  // namespace onenode::checks
