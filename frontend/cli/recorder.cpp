// Writes the answer to an admin elsewhere, and reads it there.
#include "frontend/cli/recorder.hpp"

#include <array>

namespace onefrontend::cli {
namespace {

struct Outcome {
    Exit exit;
    std::string_view word;
};
constexpr std::array outcomes{Outcome{Exit::ok, "ok"}, Outcome{Exit::warnings, "warnings"},
                              Outcome{Exit::failed, "failed"}};

one::Error read_warning(const Json& object)
{
    std::string kind;
    one::Error warning;
    JsonFields fields{object};
    fields.optional("kind", kind);
    fields.optional("thing", warning.thing);
    fields.optional("reason", warning.reason);
    fields.optional("next", warning.next);
    warning.kind = one::error_kind_named(kind);
    return warning;
}

std::vector<Json> objects_in(const Json& tree, const char* name)
{
    std::vector<Json> objects;
    if (!tree.contains(name) || !tree[name].is_array()) return objects;
    for (const Json& each : tree[name])
        if (each.is_object()) objects.push_back(each);
    return objects;
}

}  // namespace

void Recorder::say(std::string_view text, std::string_view event, Json fields)
{
    text_ += std::string{text} + '\n';
    objects_.push_back(to_object(event, fields));
}

void Recorder::table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows,
                     std::string_view event, const std::vector<Json>& objects)
{
    text_ += text_of_table(headings, rows);
    for (const Json& object : objects)
        objects_.push_back(to_object(event, object));
}

void Recorder::print(std::string_view text)
{
    text_ += text;
}

void Recorder::warn(const one::Error& error)
{
    warnings_.push_back(to_object(error));
}

std::string Recorder::answer(Exit exit) const
{
    std::string_view word = "failed";
    for (const Outcome& outcome : outcomes)
        if (outcome.exit == exit) word = outcome.word;
    return dump(Json{{"outcome", word}, {"text", text_}, {"objects", objects_}, {"warnings", warnings_}});
}

one::Result<Recorded> read_recorded(std::string_view answer)
{
    TRY_LET(const Json tree, parse_json(answer));
    Recorded recorded;
    std::string word;
    JsonFields fields{tree};
    fields.required("outcome", word);
    fields.required("text", recorded.text);
    TRY(fields.outcome());
    for (const Outcome& outcome : outcomes)
        if (outcome.word == word) recorded.exit = outcome.exit;
    recorded.objects = objects_in(tree, "objects");
    for (const Json& warning : objects_in(tree, "warnings"))
        recorded.warnings.push_back(read_warning(warning));
    return recorded;
}

}  // namespace onefrontend::cli
