// Who may log in: what the volume holds and what the database knows, brought together. Pure: values in, decisions out.
#pragma once

#include "common/result.hpp"
#include "common/secret.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::bootstrap {

struct User {  // a row of user_pool
    int id = 0;
    std::string name{};
    std::string driver{};
    std::string hash{};                 // SHA-256 in hex
    std::string element{};              // <PASSWORD>...</PASSWORD> as it stands in the body
    std::vector<std::string> tokens{};  // <LOGIN_TOKEN>...</LOGIN_TOKEN>: the password's change ends them
};

/// Nothing where the body is none that we know.
std::optional<User> read_user(int id, std::string name, std::string_view body);

std::string hash_of(const one::Secret& password);

/// The statement that gives the user another password, and nothing where somebody else changed it meanwhile. Only where
/// oned does not run: it would not notice.
std::string statement_for(const User& user, const std::string& new_hash);

struct Auth {  // one_auth, *_auth
    std::string name{};
    one::Secret password{};
};

/// Of a file's text: the first line, NAME:PASSWORD.
std::optional<Auth> read_auth(std::string_view text);

/// A password that one_auth can hold.
one::Result<> check_password(const one::Secret& password, std::string_view whose);

struct Decision {
    one::Secret secret{};
    bool tell_database = false;  // it knows another one
    std::string word{};          // for the log, where something changes
};

/// oneadmin's: the wished one wins, where there is one; else the volume's, if it is right.
one::Result<Decision> decide_oneadmin(const std::optional<User>& user, const std::optional<Auth>& present,
                                      const one::Secret* wished);

/// serveradmin's: the wished one, else any of the volume's that is right, else a new one.
Decision decide_serveradmin(const User& user, const std::vector<Auth>& present, const one::Secret* wished);

one::Secret random_secret();

}  // namespace onefrontend::bootstrap
