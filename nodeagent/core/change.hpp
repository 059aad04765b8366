// A change is data. core/ knows once per kind how to journal, apply, undo and print it.
#pragma once

#include "nodeagent/host/host.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace onenode {

struct WriteFile {
    std::string path{};
    std::string text{};
    std::uint32_t mode = 0644;
    std::string owner = "root";
    std::string group{};
    std::string block{};  // name of our managed block in it; undo of an edited file takes out just that
    std::string line{};   // the same where a block cannot be: our one line in a file whose lines others sort
    std::vector<std::string>
        verify{};  // argv run on the new text before it goes into place; "%" stands for its path (visudo -cf %)
    std::string why{};
    bool operator==(const WriteFile&) const = default;
};

struct RemoveFile {
    std::string path{};
    std::string why{};
    bool operator==(const RemoveFile&) const = default;
};

struct MakeDirectory {
    std::string path{};
    std::uint32_t mode = 0755;
    std::string owner = "root";
    std::string group{};
    std::string why{};
    bool operator==(const MakeDirectory&) const = default;
};

struct SetAttributes {  // of an existing file or directory
    std::string path{};
    std::uint32_t mode = 0;
    std::string owner{};
    std::string group{};
    std::string why{};
    bool operator==(const SetAttributes&) const = default;
};

struct MakeLink {
    std::string path{};
    std::string target{};
    std::string why{};
    bool operator==(const MakeLink&) const = default;
};

struct CreateGroup {
    std::string name{};
    std::uint32_t gid = 0;
    std::string why{};
    bool operator==(const CreateGroup&) const = default;
};

struct CreateUser {
    std::string name{};
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::string home{};
    std::string shell{};
    std::string why{};
    bool operator==(const CreateUser&) const = default;
};

struct SetShell {
    std::string user{};
    std::string shell{};
    std::string why{};
    bool operator==(const SetShell&) const = default;
};

struct JoinGroup {
    std::string user{};
    std::string group{};
    std::string why{};
    bool operator==(const JoinGroup&) const = default;
};

struct SetBoolean {  // of SELinux's policy: now, and after a boot
    std::string name{};
    bool on = true;
    std::string why{};
    bool operator==(const SetBoolean&) const = default;
};

struct LabelFiles {      // a rule of this machine's own: which type SELinux gives a directory and all below it
    std::string tree{};  // "/var/lib/one/datastores"
    std::string type{};  // "virt_image_t"
    std::string why{};
    bool operator==(const LabelFiles&) const = default;
};

struct InstallPackages {                  // a record more than a change: what is installed stays, and leave names it
    std::string tool{};                   // apt-get or dnf
    std::vector<std::string> packages{};  // "ruby"; of one version as apt writes it: "opennebula-node-kvm=7.4.0-1"
    std::string why{};
    bool operator==(const InstallPackages&) const = default;
};

using Change = std::variant<WriteFile, RemoveFile, MakeDirectory, SetAttributes, MakeLink, CreateGroup, CreateUser,
                            SetShell, JoinGroup, SetBoolean, LabelFiles, InstallPackages>;
using Changes = std::vector<Change>;

std::string why_of(const Change& change);
/// "write /etc/sudoers.d/opennebula", "create user oneadmin (9869:9869)": one line for people.
std::string title_of(const Change& change);
/// "write-file", ...: the kind in the journal and in JSON.
std::string_view kind_of(const Change& change);

}  // namespace onenode
