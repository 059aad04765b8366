# Processors, memory and network of this machine, by lscpu, vmstat and /proc.
require 'English'
require 'sqlite3'
require 'fileutils'

ENV['LANG'] = 'C'
ENV['LC_ALL'] = 'C'

# What linux_host.rb and linux_usage.rb print; measuring takes the second that `vmstat 1 2` takes.
class LinuxHost

    METRICS = '/var/tmp/one_db'
    INTERFACES = /^ *(eth|ib|em|en|p)[0-9a-zA-Z]+[^:]*:/.freeze

    def initialize
        read_processors
        read_load
        read_memory
        read_network
    end

    def print_configuration(type)
        show('HYPERVISOR', type)
        show('TOTALCPU', @cpus)
        show('CPUSPEED', @speed)
        show('TOTALMEMORY', @memory['MemTotal'])
        version = cgroups_version
        show('CGROUPS_VERSION', version) if version
    end

    def usage
        used = @memory['MemTotal'] - @memory['MemFree'] - @memory['Buffers'] - @memory['Cached']
        { 'USEDMEMORY' => used, 'FREEMEMORY' => @memory['MemTotal'] - used,
          'FREECPU' => @idle, 'USEDCPU' => @cpus - @idle, 'NETRX' => @received, 'NETTX' => @sent }
    end

    def print_usage(type)
        show('HYPERVISOR', type)
        usage.each {|name, value| show(name, value) }
    end

    # The history that forecasts are made from.
    def store_usage(host_id)
        FileUtils.mkdir_p(METRICS)
        db = SQLite3::Database.new(File.join(METRICS, 'host.db'))
        usage.each do |name, value|
            table = "host_#{host_id}_#{name.downcase}_monitoring"
            db.execute("CREATE TABLE IF NOT EXISTS #{table} (TIMESTAMP DATETIME PRIMARY KEY, VALUE REAL NOT NULL)")
            db.execute("INSERT INTO #{table} VALUES (?, ?)", [Time.now.to_i, value])
        end
        db.close
    end

    private

    def show(name, value)
        puts "#{name}=#{value.to_s.strip.empty? ? '0' : value}"
    end

    def read_processors
        text = `lscpu | grep CPU`
        exit(-1) unless $CHILD_STATUS.success?
        @cpus  = text[/^CPU\(s\):\s*(\d+)/, 1].to_i * 100
        @speed = text[/^CPU MHz:\s*([\d.]+)/, 1]&.to_f&.round
    end

    def read_load
        @idle = @cpus * `vmstat 1 2`.lines.last.split[14].to_i / 100
    end

    def read_memory
        @memory = {}
        File.readlines('/proc/meminfo').each do |line|
            name, value = line.split(':')
            @memory[name] = value.to_i
        end
    end

    def read_network
        lines = File.readlines('/proc/net/dev').grep(INTERFACES).map {|line| line.split(':')[1].split }
        @received = lines.sum {|fields| fields[0].to_i }
        @sent     = lines.sum {|fields| fields[8].to_i }
    end

    def cgroups_version
        return '1' unless `mount | grep "type cgroup ("`.empty?
        return '2' unless `mount | grep "type cgroup2 ("`.empty?
    end

end
