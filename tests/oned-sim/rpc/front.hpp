// The API's port: from the bytes of a call to the bytes of its answer, with the faults that a test asked for.
#pragma once

#include "common/xmlrpc/value.hpp"
#include "tests/oned-sim/clock.hpp"
#include "tests/oned-sim/control/faults.hpp"
#include "tests/oned-sim/guarded.hpp"
#include "tests/oned-sim/http/server.hpp"
#include "tests/oned-sim/log.hpp"
#include "tests/oned-sim/objects/store.hpp"

#include <string>

namespace onedsim {

class Front {
public:
    Front(Guarded<World>& world, Store& store, Faults& faults, const Clock& clock, FrontLog& log);

    one::Result<> start(const std::string& address, int port) { return server_.start(address, port); }
    one::Result<> listen(bool wanted) { return server_.listen(wanted); }
    void stop();
    [[nodiscard]] int port() const { return server_.port(); }

private:
    Reply reply_to(const std::string& body);
    std::string response_to(const one::xmlrpc::Call& call);

    Guarded<World>& world_;
    Store& store_;
    Faults& faults_;
    const Clock& clock_;
    FrontLog& log_;
    StopSignal stop_{};
    HttpServer server_;
};

}  // namespace onedsim
