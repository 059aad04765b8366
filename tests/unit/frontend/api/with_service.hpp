// A service of the API above an OpenNebula in memory.
#pragma once

#include "frontend/api/service.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/procedures.hpp"
#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>

namespace onefrontend::api {

class WithService : public testing::Test {
protected:
    WithService() { site.directory.write("state/.keep", ""); }

    test::Site site{};
    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    test::FakeProcedures procedures{};
    test::FakeSigning signing{};
    one::asio::thread_pool pool{1};
    DesiredSource desired{site.config, cloud, pool, test::addresses_of_site};
    Service service{cloud, procedures, signing, desired, {}, site.directory.path("state/audit.log"), pool};
};

}  // namespace onefrontend::api
