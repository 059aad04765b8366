// One answer for all who ask the same at the same time.
//
// Who asks while an answer is under way waits for the next one. It begins after all of them asked, and so shows each of
// them whatever was there when they asked, what they wrote themselves included: it is as good as one of their own.
// No answer is kept for who comes later. For one loop: no locks.
#pragma once

#include "common/async.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace onefrontend::oned {

class Together {
public:
    using Answer = one::Result<std::shared_ptr<const void>>;
    /// Gets the answer before, where somebody still holds it: what is the same need not be worked out again.
    using Find = std::function<one::Async<Answer>(std::shared_ptr<const void> last)>;

    /// One of those who wait runs its own `find` for all; where it is taken down meanwhile, another one begins anew. A
    /// failure is everybody's. The limits are those of `find`.
    one::Async<Answer> ask(std::string question, Find find);

    /// A question goes once nobody asks it and nobody holds its last answer, when the next one has been answered.
    [[nodiscard]] std::size_t questions() const { return lines_.size(); }

private:
    struct Round {
        std::list<one::asio::steady_timer*> waiting{};
        std::optional<Answer> answer{};
        std::shared_ptr<Round> instead{};  // whoever ran it went away: this one has not begun
    };
    struct Line {
        std::shared_ptr<Round> next = std::make_shared<Round>();  // not begun: for whoever asks now
        bool is_busy = false;
        std::size_t askers = 0;
        std::weak_ptr<const void> last{};
    };
    class Asker;

    std::map<std::string, Line> lines_{};
};

/// The same with types: `find` takes a std::shared_ptr<const T> and gives an Async<Result<T>>. A question has one type.
template <class T, class Find>
one::Async<one::Result<std::shared_ptr<const T>>> ask_together(Together& together, std::string question, Find find)
{
    struct Untyped {
        static one::Async<Together::Answer> answer(one::Async<one::Result<T>> work)
        {
            CO_TRY_LET(T found, co_await std::move(work));
            co_return std::make_shared<const T>(std::move(found));
        }
    };
    Together::Find untyped = [find](std::shared_ptr<const void> last) {
        return Untyped::answer(find(std::static_pointer_cast<const T>(std::move(last))));
    };
    CO_TRY_LET(auto answer, co_await together.ask(std::move(question), std::move(untyped)));
    co_return std::static_pointer_cast<const T>(std::move(answer));
}

}  // namespace onefrontend::oned
