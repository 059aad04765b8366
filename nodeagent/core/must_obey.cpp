// What the program complained of is the reason; a person who runs it sees the rest.
#include "nodeagent/core/must_obey.hpp"

#include "common/text/words.hpp"

namespace onenode {

Result<> must_obey(Host& host, const Command& command, std::string_view doing, std::string thing, ErrorKind refusal)
{
    TRY_LET(const auto output, host.run(command).map_error(one::while_doing(doing)));
    if (output.ok()) return {};
    return one::fail({.kind = refusal,
                      .thing = std::move(thing),
                      .reason = complaint_of(output),
                      .next = "run it by hand to see more: " + one::to_shell(command.argv),
                      .doing = std::string{doing}});
}

}  // namespace onenode
