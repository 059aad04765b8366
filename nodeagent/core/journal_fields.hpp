// Which fields each kind of change has in the journal: one list for writing and for reading.
#pragma once

#include "nodeagent/core/journal.hpp"

#include <string>

namespace onenode::journal_fields {

struct Bytes {  // may be anything, unlike the rest, which is text
    std::string* text;
};

struct Extra {  // written only where there is something: journals of older versions do not have it
    std::string* text;
};

template <class V>
void fields(V& v, WriteFile& c)
{
    v("path", c.path), v("text", Bytes{&c.text}), v("mode", c.mode), v("owner", c.owner), v("group", c.group);
    v("block", c.block), v("line", Extra{&c.line}), v("verify", c.verify), v("why", c.why);
}
template <class V>
void fields(V& v, RemoveFile& c)
{
    v("path", c.path), v("why", c.why);
}
template <class V>
void fields(V& v, MakeDirectory& c)
{
    v("path", c.path), v("mode", c.mode), v("owner", c.owner), v("group", c.group), v("why", c.why);
}
template <class V>
void fields(V& v, SetAttributes& c)
{
    v("path", c.path), v("mode", c.mode), v("owner", c.owner), v("group", c.group), v("why", c.why);
}
template <class V>
void fields(V& v, MakeLink& c)
{
    v("path", c.path), v("target", c.target), v("why", c.why);
}
template <class V>
void fields(V& v, CreateGroup& c)
{
    v("name", c.name), v("gid", c.gid), v("why", c.why);
}
template <class V>
void fields(V& v, CreateUser& c)
{
    v("name", c.name), v("uid", c.uid), v("gid", c.gid), v("home", c.home), v("shell", c.shell), v("why", c.why);
}
template <class V>
void fields(V& v, SetShell& c)
{
    v("user", c.user), v("shell", c.shell), v("why", c.why);
}
template <class V>
void fields(V& v, JoinGroup& c)
{
    v("user", c.user), v("group", c.group), v("why", c.why);
}
template <class V>
void fields(V& v, SetBoolean& c)
{
    v("name", c.name), v("on", c.on), v("why", c.why);
}
template <class V>
void fields(V& v, LabelFiles& c)
{
    v("tree", c.tree), v("type", c.type), v("why", c.why);
}
template <class V>
void fields(V& v, InstallPackages& c)
{
    v("tool", c.tool), v("packages", c.packages), v("why", c.why);
}
template <class V>
void fields(V& v, BeforeFile& b)
{
    v("existed", b.existed), v("kind", b.kind), v("text", Bytes{&b.text}), v("mode", b.mode), v("uid", b.uid),
        v("gid", b.gid);
}
template <class V>
void fields(V& v, BeforeUser& b)
{
    v("existed", b.existed), v("shell", b.shell), v("was_member", b.was_member), v("own_group", b.own_group);
}

template <class V>
void fields(V& v, BeforePackages& b)
{
    v("present", b.present);
}

template <class V>
void fields(V& v, BeforePolicy& b)
{
    v("on", b.on), v("type", b.type);
}

}  // namespace onenode::journal_fields
