// A change that fails, or that the program does not survive.
#include "tests/unit/fake/fake_host.hpp"

namespace onenode {
void FakeHost::arm(Fault fault, std::size_t change, int error_number)
{
    fault_ = fault;
    fault_at_ = change;
    fault_errno_ = error_number;
    changes_ = 0;
}

void FakeHost::fail_at(std::size_t change, int error_number)
{
    arm(Fault::fail, change, error_number);
}
void FakeHost::fail_from(std::size_t change, int error_number)
{
    arm(Fault::fail_from_here, change, error_number);
}
void FakeHost::die_before(std::size_t change)
{
    arm(Fault::die_before, change, 0);
}
void FakeHost::die_within(std::size_t change)
{
    arm(Fault::die_within, change, 0);
}
void FakeHost::die_after(std::size_t change)
{
    arm(Fault::die_after, change, 0);
}
void FakeHost::recover()
{
    arm(Fault::none, 0, 0);
}

FakeHost& FakeHost::meanwhile(std::string change, std::function<void()> others_act)
{
    meanwhile_.insert_or_assign(std::move(change), std::move(others_act));
    return *this;
}

Result<> FakeHost::changing(std::string what, std::string_view path, const std::function<Result<>()>& effect,
                            const std::function<void()>& half)
{
    ++changes_;
    if (due(Fault::die_before)) throw Died{};
    if (due(Fault::fail) || (fault_ == Fault::fail_from_here && changes_ >= fault_at_))
        return one::fail(one::error_from_errno(fault_errno_, std::string{path}));
    auto others_act = meanwhile_.extract(what);
    touched_.push_back(std::move(what));
    if (due(Fault::die_within)) {
        if (half) half();
        throw Died{};
    }
    TRY(effect());
    if (others_act) others_act.mapped()();
    if (due(Fault::die_after)) throw Died{};
    return {};
}

}  // namespace onenode
