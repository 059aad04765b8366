// The plan as a person reads it: a step, its changes with their reasons, a diff for each file.
#include "nodeagent/core/plan.hpp"

#include "common/text/unified_diff.hpp"
#include "nodeagent/core/packages.hpp"

#include <fmt/format.h>

namespace onenode {
namespace {

std::string indented(std::string_view text, std::string_view by)
{
    std::string result;
    while (!text.empty()) {
        const auto end = text.find('\n');
        result += fmt::format("{}{}\n", by, text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return result;
}

std::string attributes_changed(const FileFact& before, const WriteFile& change)
{
    if (before.info.mode == change.mode && before.owner == change.owner) return {};
    return fmt::format("    mode {:04o} -> {:04o}, owner {} -> {}\n", before.info.mode, change.mode, before.owner,
                       change.owner);
}

std::optional<std::string_view> text_before(const Facts& facts, std::string_view path)
{
    const FileFact* before = facts.file(path);
    return before != nullptr ? std::optional<std::string_view>{before->text} : std::nullopt;
}

std::string described(const Change& change, const Facts& facts)
{
    std::string text = fmt::format("  {}\n", title_of(change));
    if (const auto why = why_of(change); !why.empty()) text += fmt::format("    because {}\n", why);
    if (const auto* install = std::get_if<InstallPackages>(&change))
        text += fmt::format("    runs {}\n", packages::command_line(*install));
    if (const auto* file = std::get_if<WriteFile>(&change)) {
        if (const FileFact* before = facts.file(file->path)) text += attributes_changed(*before, *file);
        text += indented(one::unified_diff(file->path, text_before(facts, file->path), file->text), "    ");
    }
    if (const auto* file = std::get_if<RemoveFile>(&change))
        text += indented(one::unified_diff(file->path, text_before(facts, file->path), std::nullopt), "    ");
    return text;
}

}  // namespace

std::string describe(const Plan& plan, const Facts& facts)
{
    std::string text;
    Facts present = facts;
    for (const auto& planned : plan.steps) {
        text += fmt::format("{}: {}\n", planned.step->id, planned.step->title);
        for (const auto& change : planned.changes) {
            text += described(change, present);
            present = after(std::move(present), change);
        }
    }
    return text;
}

}  // namespace onenode
