// The cloud as oned's XML-RPC shows it, documents of other owners left out.
#pragma once

#include "frontend/enroll/cloud.hpp"

namespace onefrontend {

enum class Owners {
    ourselves,    // serve and signer: only what their own OpenNebula user wrote
    the_service,  // an admin's verbs: only what the service's user wrote, and what they write is handed to it
};

class OnedCloud : public Cloud {
public:
    explicit OnedCloud(oned::Client& oned) : oned_(&oned) {}
    /// For verbs run with an admin's own session; `service_user` is the uid the service's documents belong to.
    OnedCloud(oned::Client& oned, int service_user) :
        oned_(&oned), owners_(Owners::the_service), service_user_(service_user)
    {
    }

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
    Async<Result<>> learn_own_name();
    Async<Result<>> hand_over(int document);
    [[nodiscard]] bool counts(const oned::Document& document) const;

    oned::Client* oned_;
    Owners owners_ = Owners::ourselves;
    int service_user_ = -1;
    std::string own_name_{};
};

}  // namespace onefrontend
