// Changes only where the machine differs: what a package or a person made right in another way stays.
#include "nodeagent/steps/attributes.hpp"

#include "nodeagent/core/oneadmin.hpp"

#include <sys/stat.h>

namespace onenode::steps {

bool is_owned_tightly(const FileFact& fact, std::string_view owner)
{
    return fact.owner == owner && (fact.info.mode & (S_IWGRP | S_IWOTH)) == 0;
}

void want_directory(Changes& changes, const Facts& facts, std::string_view path, std::uint32_t mode,
                    std::string_view why)
{
    const std::string owner{oneadmin::name};
    const FileFact* there = facts.file(path);
    if (there == nullptr) {
        changes.push_back(
            MakeDirectory{.path = std::string{path}, .mode = mode, .owner = owner, .why = std::string{why}});
        return;
    }
    if (there->info.kind == FileKind::symlink || is_owned_tightly(*there, owner)) return;
    changes.push_back(SetAttributes{.path = std::string{path},
                                    .mode = mode,
                                    .owner = owner,
                                    .group = owner,
                                    .why = "it is not oneadmin's alone: " + std::string{why}});
}

void want_file(Changes& changes, const Facts& facts, WriteFile file)
{
    const FileFact* there = facts.file(file.path);
    if (there == nullptr && file.text.empty()) return;
    if (there != nullptr && there->text == file.text && is_owned_tightly(*there, file.owner)) return;
    changes.push_back(std::move(file));
}

}  // namespace onenode::steps
