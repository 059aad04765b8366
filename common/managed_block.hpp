// Our lines in a file that others write too: between `# begin NAME` and `# end NAME`; everything around them is theirs.
//
// A begin belongs to the nearest end below it with no other begin between. A begin or an end without its partner is
// somebody's text and stays as it is: we never delete to the end of a file because a line is missing.
// Setting a block and taking it away again gives every byte back, also where the last line had no newline: the begin
// line then says `(newline added)`, and that newline goes with the block as long as nothing was written below it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace one {

enum class BlockPlace { keep_or_append, first };  // `first`: before everything else, also when it stood elsewhere

/// The text with our block set to these lines. Without lines the block goes away; the rest keeps every byte. Line
/// breaks inside a line split it, and a line that reads like a marker gets a blank in front: nothing can end our block
/// early.
std::string with_managed_block(std::string_view text, std::string_view name, const std::vector<std::string>& lines,
                               BlockPlace place = BlockPlace::keep_or_append);

/// The lines of our block; empty where there is none.
std::vector<std::string> managed_block(std::string_view text, std::string_view name);

}  // namespace one
