// Goes through the journal once and remembers the latest entry of each thing.
#include "nodeagent/core/journal_compact.hpp"

#include "nodeagent/core/before.hpp"

#include <algorithm>
#include <map>

namespace onenode {
namespace {

/// Files by their path, whatever was done to them; accounts by what was done to them.
std::string thing_of(const Change& change)
{
    const auto* path = path_of(change);
    return path == nullptr ? title_of(change) : *path;
}

// It was never made, or somebody took it back byte for byte: the later entry stands for both.
bool left_no_trace(const Entry& earlier, const Entry& later)
{
    return earlier.change.index() == later.change.index() && earlier.before == later.before;
}

// The later one found exactly what the earlier one wrote.
bool found_our_text(const Entry& earlier, const Entry& later)
{
    const auto* wrote = std::get_if<WriteFile>(&earlier.change);
    const auto* writes = std::get_if<WriteFile>(&later.change);
    if (wrote == nullptr || writes == nullptr || wrote->block != writes->block || wrote->line != writes->line)
        return false;
    const auto& found = std::get<BeforeFile>(later.before);
    return found.existed && found.kind == FileKind::file && hash_of(found.text) == earlier.after_hash;
}

struct Chain {  // of entries on one thing
    std::size_t last = 0;
    std::size_t last_but_one = 0;  // the same where the last one has no forerunner that it continues
};

}  // namespace

std::vector<Entry> compacted(std::vector<Entry> entries)
{
    std::erase_if(entries, &Entry::undone);
    std::vector<bool> forgotten(entries.size(), false);
    std::map<std::string, Chain> chains;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto [at, is_first] = chains.try_emplace(thing_of(entries[i].change), Chain{i, i});
        Chain& chain = at->second;
        if (is_first) continue;
        Entry& earlier = entries[chain.last];
        if (left_no_trace(earlier, entries[i])) {
            forgotten[chain.last] = true;
            chain.last_but_one = chain.last_but_one == chain.last ? i : chain.last_but_one;
        } else if (!found_our_text(earlier, entries[i])) {
            chain.last_but_one = i;
        } else if (chain.last_but_one != chain.last) {  // first, this one, the new one: this one goes into the first
            Entry& first = entries[chain.last_but_one];
            first.change = std::move(earlier.change);
            first.after_hash = std::move(earlier.after_hash);
            forgotten[chain.last] = true;
        }
        chain.last = i;
    }
    std::vector<Entry> kept;
    for (std::size_t i = 0; i < entries.size(); ++i)
        if (!forgotten[i]) kept.push_back(std::move(entries[i]));
    return kept;
}

}  // namespace onenode
