// Questions to the signer and its answers, one JSON object a line.
#include "frontend/signer/protocol.hpp"

#include "frontend/enroll/json.hpp"

namespace onefrontend {

using one::Result;

std::string to_line(const SignNode& request)
{
    const Json tree{
        {"verb", "sign-node"}, {"node", request.node}, {"certificate_request", request.certificate_request}};
    return dump(tree) + '\n';
}

Result<SignNode> parse_sign_node(std::string_view line)
{
    TRY_LET(const Json tree, parse_json(line));
    std::string verb;
    SignNode request;
    JsonFields fields{tree};
    fields.required("verb", verb);
    fields.required("node", request.node);
    fields.required("certificate_request", request.certificate_request);
    TRY(fields.outcome());
    if (verb != "sign-node") return bad_json("verb", "the signer does not know it");
    return request;
}

std::string answer_line(const Result<std::string>& chain)
{
    Json tree = Json::object();
    if (chain) {
        tree["certificate_chain"] = *chain;
        return dump(tree) + '\n';
    }
    const auto& error = chain.error();
    tree["error"] = Json{{"kind", to_string(error.kind)},
                         {"thing", error.thing},
                         {"reason", error.reason},
                         {"next", error.next},
                         {"doing", error.doing}};
    return dump(tree) + '\n';
}

Result<std::string> parse_answer_line(std::string_view line)
{
    TRY_LET(const Json tree, parse_json(line));
    JsonFields fields{tree};
    if (const Json* told = fields.object("error")) {
        std::string kind;
        one::Error error;
        JsonFields inner{*told, "error"};
        inner.required("kind", kind);
        inner.required("thing", error.thing);
        inner.required("reason", error.reason);
        inner.optional("next", error.next);
        inner.optional("doing", error.doing);
        TRY(inner.outcome());
        error.kind = one::error_kind_named(kind);
        return one::fail(std::move(error));
    }
    std::string chain;
    fields.required("certificate_chain", chain);
    TRY(fields.outcome());
    return chain;
}

}  // namespace onefrontend
