#!/usr/bin/env ruby
# Cores, huge pages and memory of each NUMA node.
require_relative '../../../lib/numa'

NUMA.nodes.each do |node|
    NUMA.huge_pages(node).each {|page| puts "HUGEPAGE = [ NODE_ID = \"#{node}\", SIZE = \"#{page[:size]}\", PAGES = \"#{page[:nr]}\" ]" }
    NUMA.cores(node).each {|id, cpus| puts "CORE = [ NODE_ID = \"#{node}\", ID = \"#{id}\", CPUS = \"#{cpus.join(',')}\" ]" }
    memory = NUMA.memory(node)
    next if memory.empty?

    puts "MEMORY_NODE = [ NODE_ID = \"#{node}\", TOTAL = \"#{memory['MemTotal']}\", DISTANCE = \"#{NUMA.distance(node)}\" ]"
end
