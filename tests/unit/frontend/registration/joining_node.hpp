// A node that has proven itself and is about to be registered.
#pragma once

#include "frontend/enroll/registration.hpp"
#include "tests/unit/frontend/registration/fake_oned.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include <utility>

namespace onefrontend::test {

template <class T>
T run(Async<T> work)
{
    static one::asio::io_context loop;  // one for all: a worker of a pool may still be on its way back
    return one::run_to_end(loop, std::move(work));
}

inline Node proven_node()
{
    Node node{.name = "kvm1", .key = "aa", .type = "kvm", .cluster_id = 0, .address = "10.0.0.5"};
    node.proofs.login_ok = true;
    node.proofs.monitoring_ok = true;
    node.proofs.rehearsal_ok = true;
    return node;
}

/// One serve process: its client, its nodes, its registration.
struct Service {
    explicit Service(FakeOned& fake, Config given = {}) : config(std::move(given)), client(fake.client()) {}

    Config config;
    oned::Client client;
    Nodes nodes{client};
    one::asio::thread_pool pool{1};
    Registration registration{config, client, nodes, pool};

    int add(Node node) { return run(nodes.add(std::move(node))).value_or(-1); }
    void put_deadline(int id, std::int64_t deadline)
    {
        const auto put = [deadline](Node& present) -> Result<> {
            present.intent.deadline = deadline;
            return {};
        };
        EXPECT_TRUE(run(nodes.change(id, put)));
    }
    Node get(int id) { return run(nodes.get(id)).value_or(Node{}); }
};

}  // namespace onefrontend::test
