// Verbs done for admins elsewhere, by `serve`.
#pragma once

#include "frontend/api/admins.hpp"
#include "frontend/cli/options.hpp"
#include "frontend/config.hpp"
#include "frontend/oned/slots.hpp"

namespace onefrontend::cli {

class RealAdmins : public Admins {
public:
    RealAdmins(const Config& config, one::asio::thread_pool& pool) : config_(&config), pool_(&pool) {}
    one::Async<Done> act(one::Secret session, AdminWish wish) override;

private:
    const Config* config_;
    one::asio::thread_pool* pool_;
    oned::Slots turns_{3};  // each has one of oned's connections
};

/// As the command line has it.
Options to_options(AdminWish wish);

}  // namespace onefrontend::cli
