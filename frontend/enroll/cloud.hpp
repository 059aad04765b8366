// What the enrollment service asks of OpenNebula. An interface, so that races and crashes can be played through in
// memory; OnedCloud is the real one.
#pragma once

#include "common/async.hpp"
#include "frontend/oned/client.hpp"
#include "frontend/oned/together.hpp"
#include "frontend/oned/turns.hpp"

#include <string>
#include <vector>

namespace onefrontend {

using one::Async;
using one::Result;

/// Documents are only seen where the service's own OpenNebula user owns them: every user of a cloud may create
/// documents of any type, and a token, claim or node that somebody else wrote must count for nothing.
class Cloud {
public:
    virtual ~Cloud() = default;

    virtual Async<Result<int>> allocate_document(int type, std::string name, std::string body) = 0;
    virtual Async<Result<oned::Document>> document(int id) = 0;
    virtual Async<Result<>> replace_document(int id, std::string name, std::string body) = 0;
    /// True for exactly one caller.
    virtual Async<Result<bool>> delete_document(int id) = 0;
    /// Ascending by id, those above `after`: ids only grow, so what belongs to a document that came first is above it.
    virtual Async<Result<std::vector<oned::Document>>> documents(int type, int after = -1) = 0;

    virtual Async<Result<std::vector<oned::Host>>> hosts() = 0;
    virtual Async<Result<>> rename_host(int id, std::string name) = 0;
    virtual Async<Result<>> delete_host(int id) = 0;
    virtual Async<Result<std::vector<oned::Cluster>>> clusters() = 0;
    virtual Async<Result<std::string>> version() = 0;
    virtual Async<Result<std::string>> zone_name() = 0;
    virtual Async<Result<oned::RaftState>> raft_state() = 0;

    /// Whose turn it is, in this process, to read a document, change it and write it: by its id.
    oned::Turns& turns() { return turns_; }
    /// Reads that those of this process share who ask at the same time.
    oned::Together& together() { return together_; }

private:
    oned::Turns turns_{};
    oned::Together together_{};
};

}  // namespace onefrontend
