// Reads tests/data/configure/<version>/, and a checkout of OpenNebula by the places where it keeps the same files.
#include "tests/unit/frontend/configure/trees.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace onefrontend::configure {
namespace {

const std::map<std::string, std::string, std::less<>> in_source{
    {"/etc/one/oned.conf", "/share/etc/oned.conf"},
    {"/etc/one/monitord.conf", "/src/monitor/etc/monitord.conf"},
    {"/var/lib/one/remotes/etc/vnm/OpenNebulaNetwork.conf", "/src/vnm_mad/remotes/OpenNebulaNetwork.conf"},
    {"/etc/one/fireedge-server.conf", "/src/fireedge/etc/fireedge-server.conf"},
    {"/etc/one/fireedge/sunstone/sunstone-server.conf", "/src/fireedge/etc/sunstone/sunstone-server.conf"},
    {"/etc/one/oneflow-server.conf", "/src/flow/etc/oneflow-server.conf"},
    {"/etc/one/onegate-server.conf", "/src/onegate/etc/onegate-server.conf"},
    {"/etc/one/oneform-server.conf", "/src/form/etc/oneform-server.conf"},
    {"/etc/one/oneks-server.conf", "/src/oneks/etc/oneks-server.conf"},
    {"/etc/one/onehem-server.conf", "/src/hem/etc/onehem-server.conf"},
    {"/etc/one/guacd", "/share/etc/guacd"},
};

bool read(const std::string& path, std::string& text)
{
    std::ifstream file{path};
    text.assign(std::istreambuf_iterator<char>{file}, {});
    return static_cast<bool>(file) && !text.empty();
}

Tree tree_below(const std::string& directory, const std::string& version)
{
    Tree tree{.version = version, .origin = directory};
    for (const auto& [path, source] : in_source)
        if (std::string text; read(directory + path, text) || read(directory + source, text)) tree.files[path] = text;
    return tree;
}

/// "7.4" of "VERSION = '7.4.0'".
std::string version_of(const std::string& source)
{
    std::string text;
    read(source + "/src/cloud/common/CloudClient.rb", text);
    const auto at = text.find("VERSION = '");
    if (at == std::string::npos) throw std::runtime_error{"no version of OpenNebula in " + source};
    const auto version = text.substr(at + 11, text.find('\'', at + 11) - at - 11);
    return version.substr(0, version.find('.', version.find('.') + 1));
}

}  // namespace

const std::vector<Tree>& trees()
{
    static const std::vector<Tree> all = [] {
        std::vector<Tree> found;
        for (const std::string version : {"6.10", "7.0", "7.2", "7.4"})
            found.push_back(tree_below(std::string{SHIPPED_FILES} + '/' + version, version));
        if (const char* source = std::getenv("ONE_SOURCE")) found.push_back(tree_below(source, version_of(source)));
        return found;
    }();
    return all;
}

const Tree& tree_of(std::string_view version)
{
    for (const auto& tree : trees())
        if (tree.version == version) return tree;
    throw std::runtime_error{"no such tree"};
}

Settings smallest(std::string_view version)
{
    Settings settings;
    settings.version = version;
    settings.address = "203.0.113.5";
    return settings;
}

}  // namespace onefrontend::configure
