// Our plain messages to Beast's and back; what could break out of a header line is refused.
#pragma once

#include "common/http/message.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace one::http {

using BeastRequest = boost::beast::http::request<boost::beast::http::string_body>;
using BeastResponse = boost::beast::http::response<boost::beast::http::string_body>;

Result<BeastRequest> to_beast(Request request, const std::string& host);
Request from_beast(BeastRequest request);

/// `method` HEAD: the length of the body, but not the body.
Result<BeastResponse> to_beast(Response response, boost::beast::http::verb method);
Response from_beast(BeastResponse response);

}  // namespace one::http
