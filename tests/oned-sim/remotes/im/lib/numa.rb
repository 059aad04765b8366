# The NUMA nodes of this machine out of sysfs.
module NUMA

    ROOT = '/sys/bus/node/devices'

    def self.nodes
        return [] unless Dir.exist?(ROOT)

        Dir.children(ROOT).map {|name| name[/^node(\d+)$/, 1] }.compact.sort_by(&:to_i)
    end

    # :size, :nr, :free for each size of huge pages.
    def self.huge_pages(node)
        Dir.glob("#{ROOT}/node#{node}/hugepages/hugepages-*kB").sort.map do |path|
            { :size => path[/(\d+)kB$/, 1], :nr => File.read("#{path}/nr_hugepages").chomp,
              :free => File.read("#{path}/free_hugepages").chomp }
        end
    end

    # Kilobytes: MemTotal, MemFree, MemUsed.
    def self.memory(node)
        path = "#{ROOT}/node#{node}/meminfo"
        return {} unless File.exist?(path)

        File.read(path).scan(/(Mem(?:Total|Free|Used)):\s+(\d+)/).to_h
    end

    # The nodes in order of their distance.
    def self.distance(node)
        path = "#{ROOT}/node#{node}/distance"
        return '' unless File.exist?(path)

        File.read(path).split.map(&:to_i).each_with_index.sort.map(&:last).join(' ')
    end

    # Core id to its processors.
    def self.cores(node)
        cores = {}
        Dir.glob("#{ROOT}/node#{node}/cpu[0-9]*/topology").sort.each do |path|
            id = File.read("#{path}/core_id").chomp
            cores[id] ||= File.read("#{path}/thread_siblings_list").chomp.split(',')
        rescue StandardError
            next
        end
        cores
    end

end
