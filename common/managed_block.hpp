// Our lines in a file that others write too: between `# begin NAME` and `# end NAME`; everything around them is theirs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace one {

enum class BlockPlace { keep_or_append, first };  // `first`: before everything else, also when it stood elsewhere

/// The text with our block set to these lines. Without lines the block goes away; the rest keeps every byte.
std::string with_managed_block(std::string_view text, std::string_view name, const std::vector<std::string>& lines,
                               BlockPlace place = BlockPlace::keep_or_append);

/// The lines of our block; empty where there is none.
std::vector<std::string> managed_block(std::string_view text, std::string_view name);

}  // namespace one
