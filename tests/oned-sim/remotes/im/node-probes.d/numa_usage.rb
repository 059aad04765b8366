#!/usr/bin/env ruby
# What is free of each NUMA node.
require_relative '../../../lib/numa'

NUMA.nodes.each do |node|
    NUMA.huge_pages(node).each do |page|
        puts "HUGEPAGE = [ NODE_ID = \"#{node}\", SIZE = \"#{page[:size]}\", FREE = \"#{page[:free]}\" ]"
    end
    memory = NUMA.memory(node)
    next if memory.empty?

    puts "MEMORY_NODE = [ NODE_ID = \"#{node}\", FREE = \"#{memory['MemFree']}\", USED = \"#{memory['MemUsed']}\" ]"
end
