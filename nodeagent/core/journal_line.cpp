// Writes a line and reads it, by the lists of fields; reading is strict and never lets an exception out.
#include "nodeagent/core/journal_fields.hpp"
#include "nodeagent/core/journal_line.hpp"

#include "common/text/encoding.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>

namespace onenode {
namespace {

using journal_fields::Bytes;
using journal_fields::Extra;
using Json = nlohmann::ordered_json;

constexpr std::array file_kinds{"file", "directory", "symlink", "socket", "other"};

struct Writer {
    Json json = Json::object();
    void operator()(const char* name, Bytes bytes) { json[name] = one::to_base64(*bytes.text); }
    void operator()(const char* name, Extra extra)
    {
        if (!extra.text->empty()) json[name] = *extra.text;
    }
    void operator()(const char* name, FileKind kind) { json[name] = file_kinds.at(static_cast<std::size_t>(kind)); }
    template <class T>
    void operator()(const char* name, const T& value)
    {
        json[name] = value;
    }
};

class Reader {
public:
    explicit Reader(const Json& json) : json_(&json) {}
    std::string wrong{};  // the first field that is missing or of another type

    void operator()(const char* name, std::string& text)
    {
        if (const Json* found = get(name, &Json::is_string)) text = found->get<std::string>();
    }
    void operator()(const char* name, Extra extra)
    {
        if (json_->contains(name)) (*this)(name, *extra.text);
    }
    void operator()(const char* name, bool& truth)
    {
        if (const Json* found = get(name, &Json::is_boolean)) truth = found->get<bool>();
    }
    void operator()(const char* name, std::uint32_t& number)
    {
        std::uint64_t wide = 0;
        (*this)(name, wide);
        number = static_cast<std::uint32_t>(wide);
        if (number != wide) wrong = name;
    }
    void operator()(const char* name, std::uint64_t& number)
    {
        if (const Json* found = get(name, &Json::is_number_unsigned)) number = found->get<std::uint64_t>();
    }
    void operator()(const char* name, std::vector<std::string>& list)
    {
        const Json* found = get(name, &Json::is_array);
        if (found == nullptr) return;
        for (const auto& word : *found) {
            if (!word.is_string()) return void(wrong = name);
            list.push_back(word.get<std::string>());
        }
    }
    void operator()(const char* name, Bytes bytes)
    {
        std::string text;
        (*this)(name, text);
        auto decoded = one::from_base64(text);
        if (decoded)
            *bytes.text = *std::move(decoded);
        else
            wrong = name;
    }
    void operator()(const char* name, FileKind& kind)
    {
        std::string word;
        (*this)(name, word);
        for (std::size_t index = 0; index < file_kinds.size(); ++index)
            if (word == file_kinds[index]) return void(kind = static_cast<FileKind>(index));
        wrong = name;
    }
    const Json* get(const char* name, bool (Json::*right)() const noexcept)
    {
        const auto found = json_->find(name);
        if (found != json_->end() && ((*found).*right)()) return &*found;
        if (wrong.empty()) wrong = name;
        return nullptr;
    }

private:
    const Json* json_;
};

template <class T>
Json json_of(T value)
{
    Writer writer;
    journal_fields::fields(writer, value);
    return std::move(writer.json);
}

Json json_of_entry(const Entry& entry)
{
    Json json{{"n", entry.number}, {"step", entry.step}, {"time", entry.time}, {"kind", kind_of(entry.change)}};
    json["change"] = std::visit([](const auto& change) { return json_of(change); }, entry.change);
    json["before"] = std::visit([](const auto& before) { return json_of(before); }, entry.before);
    json["after_hash"] = entry.after_hash;
    return json;
}

one::Failure broken(std::string reason)
{
    return one::fail({.kind = ErrorKind::invalid, .reason = std::move(reason)});
}

template <class T>
Result<T> read_fields(const Json& json)
{
    T value;
    Reader reader{json};
    journal_fields::fields(reader, value);
    if (!reader.wrong.empty()) return broken(fmt::format("field {} is missing or of a wrong type", reader.wrong));
    return value;
}

template <class T>
Result<Change> read_change(const Json& json)
{
    TRY_LET(auto change, read_fields<T>(json));
    return Change{std::move(change)};
}

template <class T>
Result<Before> read_before(const Json& json)
{
    TRY_LET(auto before, read_fields<T>(json));
    return Before{std::move(before)};
}

struct KindReader {
    std::string_view kind;
    Result<Change> (*change)(const Json&);
    Result<Before> (*before)(const Json&);
};

constexpr std::array<KindReader, 12> kind_readers{{
    {"write-file", read_change<WriteFile>, read_before<BeforeFile>},
    {"remove-file", read_change<RemoveFile>, read_before<BeforeFile>},
    {"make-directory", read_change<MakeDirectory>, read_before<BeforeFile>},
    {"set-attributes", read_change<SetAttributes>, read_before<BeforeFile>},
    {"make-link", read_change<MakeLink>, read_before<BeforeFile>},
    {"create-group", read_change<CreateGroup>, read_before<BeforeUser>},
    {"create-user", read_change<CreateUser>, read_before<BeforeUser>},
    {"set-shell", read_change<SetShell>, read_before<BeforeUser>},
    {"join-group", read_change<JoinGroup>, read_before<BeforeUser>},
    {"set-boolean", read_change<SetBoolean>, read_before<BeforePolicy>},
    {"label-files", read_change<LabelFiles>, read_before<BeforePolicy>},
    {"install-packages", read_change<InstallPackages>, read_before<BeforePackages>},
}};

Result<JournalLine> read_entry(const Json& json)
{
    Entry entry;
    std::string kind;
    Reader reader{json};
    reader("n", entry.number), reader("step", entry.step), reader("time", entry.time), reader("kind", kind);
    reader("after_hash", entry.after_hash);
    const Json* change = reader.get("change", &Json::is_object);
    const Json* before = reader.get("before", &Json::is_object);
    if (!reader.wrong.empty()) return broken(fmt::format("field {} is missing or of a wrong type", reader.wrong));
    for (const auto& known : kind_readers) {
        if (known.kind != kind) continue;
        TRY_LET(entry.change, known.change(*change));
        TRY_LET(entry.before, known.before(*before));
        return JournalLine{std::move(entry)};
    }
    return broken(fmt::format("'{}' is no kind of change", kind));
}

}  // namespace

std::string to_line(const JournalLine& line)
{
    Json json;
    if (const auto* header = std::get_if<JournalHeader>(&line)) json["onenode_journal"] = header->version;
    if (const auto* mark = std::get_if<UndoneMark>(&line)) json["undone"] = mark->number;
    if (const auto* entry = std::get_if<Entry>(&line)) json = json_of_entry(*entry);
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<JournalLine> parse_journal_line(std::string_view line)
{
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) return broken("it is not a JSON object");
    if (const auto header = json.find("onenode_journal"); header != json.end()) {
        if (*header != JournalHeader{}.version)
            return one::fail(
                {.kind = ErrorKind::unsupported,
                 .reason = fmt::format("another version of onenode wrote it: its format is {}, this one's {}",
                                       header->dump(-1, ' ', true, Json::error_handler_t::replace),
                                       JournalHeader{}.version)});
        return JournalLine{JournalHeader{}};
    }
    if (const auto undone = json.find("undone"); undone != json.end()) {
        if (!undone->is_number_unsigned()) return broken("field undone is of a wrong type");
        return JournalLine{UndoneMark{undone->get<std::uint64_t>()}};
    }
    return read_entry(json);
}

}  // namespace onenode
