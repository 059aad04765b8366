// Names are bytes of somebody else's: a line must not be made to look like two.
#include "frontend/backup/members.hpp"

#include "frontend/backup/scope.hpp"
#include "frontend/enroll/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace onefrontend::backup {
namespace {

using one::Result;

constexpr std::string_view schema_name = "onefrontend-backup/1";
constexpr std::size_t longest_path = 4000;
constexpr std::size_t digits_of_a_digest = 64;

std::string escaped(std::string_view path)
{
    std::string text;
    for (const char letter : path) {
        if (letter == '\\')
            text += "\\\\";
        else if (letter == '\n')
            text += "\\n";
        else
            text += letter;
    }
    return text;
}

std::string unescaped(std::string_view text)
{
    std::string path;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\' || at + 1 == text.size())
            path += text[at];
        else
            path += text[++at] == 'n' ? '\n' : text[at];
    }
    return path;
}

one::Failure bad_line(std::string_view line)
{
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = std::string{sums_name},
                      .reason = fmt::format("a line of {} bytes is none of ours", line.size()),
                      .doing = "read"});
}

/// "# directory 0750 oneadmin oneadmin home/vms", "# link DIGEST home/remotes"
Result<Member> read_comment(std::string_view line)
{
    constexpr std::string_view directory = "# directory ";
    constexpr std::string_view link = "# link ";
    const auto word = [&line] {
        const auto end = std::min(line.find(' '), line.size());
        const auto taken = line.substr(0, end);
        line.remove_prefix(std::min(end + 1, line.size()));
        return std::string{taken};
    };
    const auto whole = line;
    Member member;
    if (line.starts_with(directory)) {
        line.remove_prefix(directory.size());
        member.kind = Kind::directory;
        const auto mode = word();
        const auto [end, wrong] = std::from_chars(mode.data(), mode.data() + mode.size(), member.mode, 8);
        if (wrong != std::errc{} || end != mode.data() + mode.size()) return bad_line(whole);
        member.user = word();
        member.group = word();
    } else if (line.starts_with(link)) {
        line.remove_prefix(link.size());
        member.kind = Kind::link;
        member.digest = word();
    } else {
        return bad_line(whole);
    }
    member.path = unescaped(line);
    return member;
}

Result<Member> read_line(std::string_view line)
{
    if (line.starts_with('#')) return read_comment(line);
    const auto whole = line;
    if (line.starts_with('\\')) line.remove_prefix(1);
    if (line.size() < digits_of_a_digest + 3 || line.substr(digits_of_a_digest, 2) != "  ") return bad_line(whole);
    Member member;
    member.digest = line.substr(0, digits_of_a_digest);
    const auto path = line.substr(digits_of_a_digest + 2);
    member.path = whole.starts_with('\\') ? unescaped(path) : std::string{path};
    return member;
}

}  // namespace

std::string to_text(const Head& head)
{
    const Json tree{{"schema", schema_name},
                    {"made_at", head.made_at},
                    {"made_on", head.made_on},
                    {"opennebula", head.version},
                    {"database",
                     {{"backend", head.is_file ? "sqlite" : "mysql"},
                      {"schema", head.schema.shared},
                      {"local_schema", head.schema.local}}},
                    {"home", head.home},
                    {"state_dir", head.state_dir}};
    return dump(tree) + '\n';
}

Result<Head> read_head(std::string_view text)
{
    TRY_LET(const Json tree, parse_json(text));
    Head head;
    std::string schema;
    JsonFields fields{tree};
    fields.required("schema", schema);
    TRY(fields.outcome());
    if (schema != schema_name) return bad_json("schema", fmt::format("it is not {}", schema_name));
    fields.required("made_at", head.made_at);
    fields.required("made_on", head.made_on);
    fields.required("opennebula", head.version);
    fields.required("home", head.home);
    fields.required("state_dir", head.state_dir);
    TRY(fields.outcome());
    if (!tree.contains("database") || !tree["database"].is_object())
        return bad_json("database", "an object was expected");
    std::string backend;
    JsonFields database{tree["database"], "database"};
    database.required("backend", backend);
    database.required("schema", head.schema.shared);
    database.required("local_schema", head.schema.local);
    TRY(database.outcome());
    if (backend != "sqlite" && backend != "mysql")
        return bad_json("database.backend", "it is neither sqlite nor mysql");
    head.is_file = backend == "sqlite";
    return head;
}

std::string sum_line(const Member& member)
{
    const auto path = escaped(member.path);
    switch (member.kind) {
    case Kind::directory:
        return fmt::format("# directory {:04o} {} {} {}\n", member.mode, member.user, member.group, path);
    case Kind::link: return fmt::format("# link {} {}\n", member.digest, path);
    case Kind::file: break;
    }
    return fmt::format("{}{}  {}\n", path == member.path ? "" : "\\", member.digest, path);
}

Result<std::vector<Member>> read_sums(std::string_view text)
{
    std::vector<Member> members;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return bad_line(text);
        TRY_LET(auto member, read_line(text.substr(0, end)));
        members.push_back(std::move(member));
        text.remove_prefix(end + 1);
    }
    return members;
}

std::string wrong_with(const Member& member)
{
    const std::string_view path = member.path;
    if (path == head_name || path == dump_name || path == file_name || path == sums_name)
        return member.kind == Kind::file ? "" : "it is no file";
    if (path == home_name || path == state_name) return member.kind == Kind::directory ? "" : "it is no directory";
    const auto slash = path.find('/');
    const auto first = path.substr(0, slash);
    if (slash == std::string_view::npos || (first != home_name && first != state_name))
        return "no backup has such a name";
    if (path.size() > longest_path) return "its name is too long";
    if (path.find('\0') != std::string_view::npos) return "its name has a zero in it";
    const auto words = path.substr(slash + 1);
    for (std::size_t begin = 0; begin <= words.size();) {
        const auto end = std::min(words.find('/', begin), words.size());
        const auto word = words.substr(begin, end - begin);
        if (word.empty() || word == "." || word == "..") return "its name leads elsewhere";
        begin = end + 1;
    }
    if (member.kind == Kind::link && member.link.empty()) return "it is a link to nothing";
    return is_reserved(words.substr(0, words.find('/'))) ? "its name is one of those that a restore uses itself" : "";
}

}  // namespace onefrontend::backup
