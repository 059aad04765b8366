// Asks oned for its Raft state, once for all who want to know it, and remembers a yes for two seconds.
#include "frontend/enroll/leadership.hpp"

namespace onefrontend {

Async<Result<>> Leadership::check()
{
    const auto now = std::chrono::steady_clock::now();
    if (leads_ && now - asked_ < std::chrono::seconds{2}) co_return Result<>{};
    std::string question = "leadership";
    const auto find = [this](const std::shared_ptr<const oned::RaftState>&) { return cloud_->raft_state(); };
    CO_TRY_LET(const auto state,
               co_await oned::ask_together<oned::RaftState>(cloud_->together(), std::move(question), find));
    leads_ = *state == oned::RaftState::solo || *state == oned::RaftState::leader;
    asked_ = now;
    if (leads_) co_return Result<>{};
    co_return one::fail({.kind = one::ErrorKind::busy,
                         .thing = "this front-end replica",
                         .reason = "it does not lead the zone at present",
                         .next = "try again; requests belong to the leader",
                         .doing = "decide on"});
}

}  // namespace onefrontend
