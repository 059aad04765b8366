// From a token and a key to a node with a certificate; and the same without storing anything, for a plan.
#pragma once

#include "common/async.hpp"
#include "common/wire/messages.hpp"
#include "frontend/enroll/audit.hpp"
#include "frontend/enroll/claims.hpp"
#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/desired_source.hpp"
#include "frontend/enroll/nodes.hpp"
#include "frontend/enroll/place.hpp"
#include "frontend/enroll/procedures.hpp"
#include "frontend/enroll/signing.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace onefrontend {

template <class Answer>
struct Verdict {
    Result<Answer> answer;
    AuditEvent audit{};      // what really happened; the joiner hears less
    bool was_guess = false;  // the secret was not right: counts against the source address
    bool was_noise = false;  // nothing that looks like a token: not worth a line, or anybody could fill the disk
};

class Enrollment {
public:
    Enrollment(Cloud& cloud, Procedures& procedures, Signing& signing, DesiredSource& desired,
               std::string authorities) :
        cloud_(&cloud),
        procedures_(&procedures),
        signing_(&signing),
        desired_(&desired),
        claims_(cloud),
        nodes_(cloud),
        authorities_(std::move(authorities))
    {
    }

    Async<Verdict<one::wire::PlanAnswer>> plan(one::wire::PlanRequest request, std::string source, std::int64_t now_ms);
    Async<Verdict<one::wire::EnrollAnswer>> enroll(one::wire::EnrollRequest request, std::string source,
                                                   std::int64_t now_ms);
    /// From now on nodes are told these, PEM.
    void trust(std::string authorities) { authorities_ = std::move(authorities); }

private:
    struct Story;  // what the audit will tell
    Async<Result<one::wire::PlanAnswer>> try_plan(one::wire::PlanRequest request, Story& story);
    Async<Result<one::wire::EnrollAnswer>> try_enroll(one::wire::EnrollRequest request, Story& story);
    Async<Result<Node>> keep(Node wanted, int token, Story& story);
    Async<Result<Node>> go_on_with(Node wanted, int token, std::string key, std::int64_t now);
    Async<Result<Node>> keep_new(Node wanted, Story& story);

    Cloud* cloud_;
    Procedures* procedures_;
    Signing* signing_;
    DesiredSource* desired_;
    Claims claims_;
    Nodes nodes_;
    std::string authorities_;  // PEM, told to nodes
};

}  // namespace onefrontend
