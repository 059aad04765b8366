// Questions to the signer and its answers, one JSON object a line.
#include "frontend/signer/protocol.hpp"

#include "frontend/enroll/json.hpp"

namespace onefrontend {

using one::Result;

namespace {

std::string error_line(const one::Error& error)
{
    const Json tree{{"error",
                     {{"kind", to_string(error.kind)},
                      {"thing", error.thing},
                      {"reason", error.reason},
                      {"next", error.next},
                      {"doing", error.doing}}}};
    return dump(tree) + '\n';
}

/// An answer that is no error.
Result<> must_be_good(JsonFields& fields)
{
    const Json* told = fields.object("error");
    if (!told) return {};
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

Json to_tree(const SignNode& request)
{
    return {{"verb", "sign-node"}, {"node", request.node}, {"certificate_request", request.certificate_request}};
}

Json to_tree(const SignHost& request)
{
    return {{"verb", "sign-host"}, {"node", request.node}};
}

Result<SignerRequest> read_sign_node(JsonFields& fields)
{
    SignNode request;
    fields.required("node", request.node);
    fields.required("certificate_request", request.certificate_request);
    TRY(fields.outcome());
    return request;
}

Result<SignerRequest> read_sign_host(JsonFields& fields)
{
    SignHost request;
    fields.required("node", request.node);
    TRY(fields.outcome());
    return request;
}

}  // namespace

std::string to_line(const SignerRequest& request)
{
    return dump(std::visit([](const auto& one) { return to_tree(one); }, request)) + '\n';
}

Result<SignerRequest> parse_signer_request(std::string_view line)
{
    TRY_LET(const Json tree, parse_json(line));
    std::string verb;
    JsonFields fields{tree};
    fields.required("verb", verb);
    TRY(fields.outcome());
    if (verb == "sign-node") return read_sign_node(fields);
    if (verb == "sign-host") return read_sign_host(fields);
    return bad_json("verb", "the signer does not know it");
}

std::string answer_line(const Result<std::string>& chain)
{
    if (!chain) return error_line(chain.error());
    return dump(Json{{"certificate_chain", *chain}}) + '\n';
}

Result<std::string> parse_answer_line(std::string_view line)
{
    TRY_LET(const Json tree, parse_json(line));
    JsonFields fields{tree};
    TRY(must_be_good(fields));
    std::string chain;
    fields.required("certificate_chain", chain);
    TRY(fields.outcome());
    return chain;
}

std::string host_answer_line(const Result<std::vector<std::string>>& certificates)
{
    if (!certificates) return error_line(certificates.error());
    return dump(Json{{"host_certificates", *certificates}}) + '\n';
}

Result<std::vector<std::string>> parse_host_answer_line(std::string_view line)
{
    TRY_LET(const Json tree, parse_json(line));
    JsonFields fields{tree};
    TRY(must_be_good(fields));
    std::vector<std::string> certificates;
    fields.required("host_certificates", certificates);
    TRY(fields.outcome());
    return certificates;
}

}  // namespace onefrontend
