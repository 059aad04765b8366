// As much as a node takes, text on one line, ports that there are, and a closed set of places for paths, so that neither
// a slip in oned.conf nor a broken-into front-end turns /etc or a person's home over to oneadmin.
#include "nodeagent/link/acceptable.hpp"

#include "common/text/letters.hpp"
#include "common/text/printable.hpp"
#include "common/wire/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onenode {
namespace {

// Where machines keep data that no package of the system owns, and oneadmin's own home.
constexpr std::array<std::string_view, 7> roots{"/var/lib/one/", "/srv/",    "/mnt/",    "/opt/",
                                                "/data/",        "/export/", "/storage/"};
constexpr std::size_t longest_path = 255;
constexpr std::string_view in_names = ".-_";

constexpr std::array<std::string_view, 3> types{"kvm", "qemu", "lxc"};

constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_line = 8 * 1024;  // a key of 16384 bits has 3 kB
constexpr std::size_t longest_text = 64 * 1024;

// How many entries a list may have: a zone of ten thousand nodes, and some air. Each of them has several host keys.
constexpr std::size_t most_entries = 256;
constexpr std::array large_lists{std::pair{std::string_view{"peers"}, std::size_t{12'000}},
                                 std::pair{std::string_view{"peer_known_hosts"}, std::size_t{60'000}},
                                 std::pair{std::string_view{"revoked_host_keys"}, std::size_t{12'000}},
                                 std::pair{std::string_view{"frontend_known_hosts"}, std::size_t{1'000}}};

std::size_t most_of(std::string_view list)
{
    const auto* const found = std::ranges::find(large_lists, list, &decltype(large_lists)::value_type::first);
    return found == large_lists.end() ? most_entries : found->second;
}

// All of it ends in files where a line break begins something new.
bool is_one_line(std::string_view text)
{
    return std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
}

/// Walks all fields of a desired state, also those that a later version adds, and remembers what is wrong first.
class Judge {
public:
    template <class T>
    void operator()(const char* name, const T& value)
    {
        if (!wrong) judge(name, value);
    }
    template <class T>
    void newer(const char* name, const T& value)
    {
        operator()(name, value);
    }
    std::optional<std::string> wrong{};

private:
    void judge(std::string_view name, const std::string& text)
    {
        if (name != "datastore_location")  // a closed set of places has words of its own
            judge_line(name, text, longest_name);
    }
    void judge(std::string_view, int) {}
    void judge(std::string_view name, const one::wire::Repository& repository)
    {
        for (const auto* text : {&repository.apt, &repository.dnf, &repository.suite, &repository.component})
            judge_line(name, *text, longest_line);
        if (repository.key.size() > longest_text)  // of many lines; its bytes are judged by who uses it
            wrong = fmt::format("the key of its repository has {} bytes, more than the {} that a node takes",
                                repository.key.size(), longest_text);
    }
    template <class T>
    void judge(std::string_view name, const std::vector<T>& list)
    {
        if (list.size() > most_of(name)) {
            wrong = fmt::format("its desired state names {} {}, more than the {} that a node takes", list.size(),
                                in_words(name), most_of(name));
            return;
        }
        for (const auto& one : list)
            judge_entry(name, one);
    }
    void judge_entry(std::string_view name, const std::string& line) { judge_line(name, line, longest_line); }
    void judge_entry(std::string_view name, const one::wire::NamedAddress& peer)
    {
        judge_line(name, peer.name, longest_name);
        judge_line(name, peer.address, longest_name);
    }
    void judge_line(std::string_view name, std::string_view text, std::size_t longest)
    {
        if (wrong) return;
        if (text.size() > longest)
            wrong = fmt::format("an entry of {} bytes stands in the {} of its desired state, longer than the {} that a "
                                "node takes",
                                text.size(), in_words(name), longest);
        else if (!is_one_line(text))
            wrong = fmt::format("a line break or another control character stands in the {} of its desired state: "
                                "\"{}\"",
                                in_words(name), one::plain_line(text, 60));
    }
    static std::string in_words(std::string_view name)
    {
        std::string words{name};
        std::ranges::replace(words, '_', ' ');
        return words;
    }
};

// No "..", no hidden directory (oneadmin's .ssh), no "//", no end in "/": one spelling for each place.
bool is_plain_path(std::string_view path)
{
    if (path.empty() || path.size() > longest_path || path.front() != '/') return false;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto name = path.substr(0, path.find('/'));
        if (name.empty() || name.front() == '.' || !one::consists_of(name, in_names)) return false;
        path.remove_prefix(name.size());
    }
    return true;
}

std::string shown(std::string path)
{
    std::ranges::replace_if(
        path, [](char c) { return c != '/' && !one::is_alphanumeric(c) && in_names.find(c) == std::string_view::npos; },
        '?');
    return path.substr(0, longest_path);
}

bool lies_below(std::string_view path, std::string_view root)
{
    return path.size() > root.size() && path.starts_with(root);
}

}  // namespace

Result<> must_be_acceptable(const one::wire::DesiredState& desired)
{
    Judge judge;
    fields(judge, const_cast<one::wire::DesiredState&>(desired));  // one list of fields for all; we only read
    if (judge.wrong)
        return one::fail({.kind = one::ErrorKind::untrusted,
                          .thing = "the front-end",
                          .reason = *std::move(judge.wrong),
                          .next = "look at the log of `onefrontend serve`, and at `onefrontend node list`",
                          .doing = "follow"});
    if (std::ranges::find(types, desired.type) == types.end())
        return one::fail({.kind = one::ErrorKind::untrusted,
                          .thing = "the front-end",
                          .reason = fmt::format("it calls this machine a node of type \"{}\", and this onenode knows "
                                                "kvm, qemu and lxc",
                                                one::plain_line(desired.type, 60)),
                          .next = "where the front-end is newer, upgrade onenode here; compare: onenode version, "
                                  "onefrontend version",
                          .doing = "follow"});
    if (desired.monitor_port < 1 || desired.monitor_port > 65535)  // the firewall's rules name it
        return one::fail({.kind = one::ErrorKind::untrusted,
                          .thing = "the front-end",
                          .reason = fmt::format("it wants monitoring at port {}", desired.monitor_port),
                          .next = "set PORT in the front-end's monitord.conf to one from 1 to 65535",
                          .doing = "follow"});
    const std::string& path = desired.datastore_location;
    if (is_plain_path(path) &&
        std::ranges::any_of(roots, [&path](std::string_view root) { return lies_below(path, root); }))
        return {};
    return one::fail({.kind = one::ErrorKind::untrusted,
                      .thing = "the front-end",
                      .reason = fmt::format("it wants the datastores at \"{}\", and this node makes such a directory "
                                            "only below /var/lib/one, /srv, /mnt, /opt, /data, /export or /storage",
                                            shown(path)),
                      .next = "set DATASTORE_LOCATION in the front-end's oned.conf to a directory below one of them",
                      .doing = "follow"});
}

}  // namespace onenode
