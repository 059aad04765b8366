// All files, one after another; what their own grammar has no place for is said here.
#include "frontend/configure/render.hpp"

#include "common/text/words.hpp"
#include "frontend/configure/attribute_file.hpp"

#include <fmt/format.h>

#include <array>

namespace onefrontend::configure {
namespace {

using one::Result;
using S = Settings;

constexpr std::array all_targets{
    Target{oned_conf, 0640, false, "", &S::oned, render_oned},
    Target{monitord_conf, 0640, false, "", &S::monitord, render_monitord},
    Target{network_conf, 0644, false, "", &S::network, render_network},
    Target{"/etc/one/fireedge-server.conf", 0640, false, "", &S::fireedge, render_fireedge},
    Target{"/etc/one/fireedge/sunstone/sunstone-server.conf", 0640, false, "", &S::sunstone, render_sunstone},
    Target{"/etc/one/oneflow-server.conf", 0640, false, "", &S::oneflow, render_oneflow},
    Target{"/etc/one/onegate-server.conf", 0640, false, "", &S::onegate, render_onegate},
    Target{"/etc/one/oneform-server.conf", 0640, false, "7.2", &S::oneform, render_oneform},
    Target{"/etc/one/oneks-server.conf", 0640, false, "7.4", &S::oneks_keys, render_oneks},
    Target{"/etc/one/onehem-server.conf", 0640, false, "", &S::hem, render_hem},
    Target{"/etc/one/guacd", 0640, false, "", nullptr, render_guacd},
    Target{sshd_conf, 0644, true, "", nullptr, render_sshd},
    Target{"/var/lib/one/.ssh/config", 0600, true, "", nullptr, render_ssh},
    Target{onefrontend_yaml, 0644, true, "", &S::onefrontend, render_onefrontend},
};

bool has_keys(const Settings& settings, const Target& target)
{
    return target.keys && !(settings.*target.keys).items.empty();
}

/// A name that neither counts in the file as it came nor is shown in its comments may be mistyped.
void warn_of_unknown(const Target& target, const Value& keys, const AttributeFile& file,
                     std::vector<one::Error>& warnings)
{
    std::vector<std::string_view> known;
    for (const Entry& entry : file.entries())
        known.push_back(entry.name);
    for (const auto& key : keys.keys) {
        const auto name = upper(key.substr(0, key.find('/')));
        if (file.find(name) || file.mentions(name)) continue;
        const auto near = one::nearest(name, known);
        warnings.push_back(
            {.kind = one::ErrorKind::not_found,
             .thing = fmt::format("{} of {}", name, target.path),
             .reason = "the file that OpenNebula ships neither has it nor shows it",
             .next = near.empty() ? "look whether it is spelled right" : fmt::format("did you mean {}?", near),
             .doing = "find"});
    }
}

one::Error missing(const Target& target)
{
    return {.kind = one::ErrorKind::not_found,
            .thing = std::string{target.path},
            .reason = "OpenNebula's package that brings it is not installed",
            .next = "install it, or take its keys out of `config`",
            .doing = "configure"};
}

}  // namespace

std::span<const Target> targets()
{
    return all_targets;
}

Result<Rendered> render(const Settings& settings, const Secrets& secrets, const Texts& originals)
{
    Rendered rendered;
    for (const Target& target : all_targets) {
        const auto original = originals.find(target.path);
        const bool there = original != originals.end();
        if (!target.since.empty() && !is_at_least(settings, target.since) && !has_keys(settings, target)) continue;
        if (!there && !target.ours) {
            if (has_keys(settings, target)) return one::fail(missing(target));
            continue;
        }
        auto text = target.render({&settings, &secrets}, there ? original->second : "");
        if (!text) {
            auto error = text.error();
            error.thing += fmt::format(" in {}", target.path);
            return one::fail(std::move(error));
        }
        rendered.files.emplace(target.path, *std::move(text));
        if (target.path != oned_conf && target.path != monitord_conf) continue;
        TRY_LET(const auto shipped, AttributeFile::parse(original->second));
        warn_of_unknown(target, settings.*target.keys, shipped, rendered.warnings);
    }
    return rendered;
}

std::string without_secrets(std::string_view path, const std::string& text)
{
    if (path != oned_conf) return text;
    auto file = AttributeFile::parse(text);
    if (!file) return "(this file cannot be read, and may hold a password: it is not shown)\n";
    const Entry* database = file->find("DB");
    if (!database || !file->value_in(*database, "PASSWD")) return text;
    if (!file->set_in("DB", {{"PASSWD", "***"}})) return "(its password cannot be hidden: it is not shown)\n";
    return file->text();
}

}  // namespace onefrontend::configure
