// An OpenNebula in memory: document ids only grow, delete succeeds exactly once. Several processes share one; each
// call of a process may have to wait for its turn, so that a test decides who goes next and who dies where.
#pragma once

#include "frontend/enroll/cloud.hpp"

#include <boost/asio/steady_timer.hpp>

#include <map>
#include <string>
#include <vector>

namespace onefrontend::test {

struct FakeOpennebula {
    std::map<int, oned::Document> documents{};
    int next_document = 100;
    std::vector<oned::Host> hosts{};
    std::vector<oned::Cluster> clusters{{.id = 0, .name = "default"}};
    std::string version = "7.4.0";
    oned::RaftState raft = oned::RaftState::solo;
    bool away = false;  // every call fails as if oned did not answer
    int calls = 0;

    int put(int type, std::string body);  // as another process would
    [[nodiscard]] int count(int type) const;
};

enum class Turns { every_call, all_but_single_reads };

class FakeCloud : public Cloud {
public:
    explicit FakeCloud(FakeOpennebula& one) : one_(&one) {}
    /// From now on each call waits until the test lets it go on. Reading one document does not wait where no document
    /// is ever changed: its place among the other calls makes no difference, and there are far fewer paths to play.
    void take_turns(one::asio::any_io_executor executor, Turns turns = Turns::every_call);
    void go_on();
    /// Calls that begin from now on do not wait; one that waits already goes on with go_on() as before.
    void let_through() { lets_through_ = true; }
    /// Before the loop that takes the turns goes away.
    void end_turns() { turn_.reset(); }
    [[nodiscard]] bool waits() const { return waits_; }

    Async<Result<int>> allocate_document(int type, std::string name, std::string body) override;
    Async<Result<oned::Document>> document(int id) override;
    Async<Result<>> replace_document(int id, std::string name, std::string body) override;
    Async<Result<bool>> delete_document(int id) override;
    Async<Result<std::vector<oned::Document>>> documents(int type, int after = -1) override;
    Async<Result<std::vector<oned::Host>>> hosts() override;
    Async<Result<>> rename_host(int id, std::string name) override;
    Async<Result<>> delete_host(int id) override;
    Async<Result<std::vector<oned::Cluster>>> clusters() override;
    Async<Result<std::string>> version() override;
    Async<Result<std::string>> zone_name() override;
    Async<Result<oned::RaftState>> raft_state() override;

private:
    Async<Result<>> turn();

    FakeOpennebula* one_;
    std::unique_ptr<one::asio::steady_timer> turn_{};
    Turns turns_ = Turns::every_call;
    bool waits_ = false;
    bool lets_through_ = false;
};

/// One loop for all tests of a program: a worker of a pool may still be on its way back when a test ends.
inline one::asio::io_context& shared_loop()
{
    static one::asio::io_context loop;
    return loop;
}

template <class T>
T run(Async<T> work)
{
    return one::run_to_end(shared_loop(), std::move(work));
}

}  // namespace onefrontend::test
