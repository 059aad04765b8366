// Every time daemon tells the kernel how sure it is of the time; this asks the kernel and wakes no service.
#include "nodeagent/probe/questions.hpp"

#include <sys/timex.h>

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>

namespace onenode::probe {

nlohmann::json ask_clock()
{
    timex clock{};  // modes 0: only look
    const int state = ::adjtimex(&clock);
    if (state < 0) return {{"synchronised", false}, {"problem", std::strerror(errno)}};
    const bool synchronised = state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
    return {{"synchronised", synchronised}, {"problem", synchronised ? "" : "nothing keeps the clock right"}};
}

}  // namespace onenode::probe
