// A line for each question: a round that is under way, and one for all who come meanwhile.
#include "frontend/oned/together.hpp"

#include <boost/asio/this_coro.hpp>

namespace onefrontend::oned {

namespace asio = one::asio;

class Together::Asker {  // hands on what it began, also when the coroutine is taken down
public:
    Asker(Together& all, const std::string& question) :
        lines_(all.lines_), line_(lines_.try_emplace(question).first->second), round_(line_.next)
    {
        ++line_.askers;
    }
    ~Asker()
    {
        if (has_begun_) {
            line_.is_busy = false;
            if (!round_->answer) round_->instead = line_.next;
            for (auto* timer : round_->waiting)
                timer->cancel();
        }
        if (!line_.is_busy && !line_.next->waiting.empty()) line_.next->waiting.front()->cancel();
        --line_.askers;
        std::erase_if(lines_,
                      [](const auto& entry) { return entry.second.askers == 0 && entry.second.last.expired(); });
    }
    Asker(const Asker&) = delete;
    Asker& operator=(const Asker&) = delete;

    [[nodiscard]] const std::optional<Answer>& answer()
    {
        while (round_->instead)
            round_ = round_->instead;
        return round_->answer;
    }

    /// Whether this one is to run the round it is in, which has no answer yet.
    bool begin()
    {
        if (line_.is_busy) return false;
        line_.is_busy = has_begun_ = true;
        line_.next = std::make_shared<Round>();
        return true;
    }
    [[nodiscard]] std::shared_ptr<const void> last() const { return line_.last.lock(); }
    void tell(const Answer& answer)
    {
        round_->answer = answer;
        if (answer) line_.last = *answer;
    }
    one::Async<> wait()
    {
        const auto executor = co_await asio::this_coro::executor;
        asio::steady_timer timer{executor, asio::steady_timer::time_point::max()};
        const auto round = round_;
        const auto at = round->waiting.insert(round->waiting.end(), &timer);
        struct Leave {
            Round& round;
            std::list<asio::steady_timer*>::iterator at;
            ~Leave() { round.waiting.erase(at); }
        };
        const Leave leave{*round, at};
        co_await timer.async_wait(one::awaited);
    }

private:
    std::map<std::string, Line>& lines_;
    Line& line_;
    std::shared_ptr<Round> round_;
    bool has_begun_ = false;
};

one::Async<Together::Answer> Together::ask(std::string question, Find find)
{
    Asker asker{*this, question};
    while (!asker.answer()) {
        if (!asker.begin()) {
            co_await asker.wait();
        } else {
            auto answer = co_await find(asker.last());
            const auto state = co_await asio::this_coro::cancellation_state;
            // A failure of who is told to stop says nothing of oned: the others are to ask themselves.
            const bool is_own = !answer && state.cancelled() != asio::cancellation_type::none;
            if (!is_own) asker.tell(answer);
            co_return answer;
        }
        const auto state = co_await asio::this_coro::cancellation_state;
        if (!asker.answer() && state.cancelled() != asio::cancellation_type::none)
            co_return one::fail({.kind = one::ErrorKind::busy,
                                 .thing = question,
                                 .reason = "whoever asked went away",
                                 .doing = "ask for"});
    }
    co_return *asker.answer();
}

}  // namespace onefrontend::oned
