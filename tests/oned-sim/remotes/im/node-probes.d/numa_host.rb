#!/usr/bin/env ruby
# Cores, huge pages and memory of each NUMA node.
require_relative '../../../lib/numa'

NUMA.nodes.each do |node|
    NUMA.huge_pages(node).each do |page|
        puts "HUGEPAGE = [ NODE_ID = \"#{node}\", SIZE = \"#{page[:size]}\", PAGES = \"#{page[:nr]}\" ]"
    end
    NUMA.cores(node).each do |id, cpus|
        puts "CORE = [ NODE_ID = \"#{node}\", ID = \"#{id}\", CPUS = \"#{cpus.join(',')}\" ]"
    end
    memory = NUMA.memory(node)
    next if memory.empty?

    total = memory['MemTotal']
    puts "MEMORY_NODE = [ NODE_ID = \"#{node}\", TOTAL = \"#{total}\", DISTANCE = \"#{NUMA.distance(node)}\" ]"
end
