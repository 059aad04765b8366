# What the last state report said of each guest, so that the next one tells only what changed.
require 'sqlite3'
require 'yaml'
require 'fileutils'

# A SQLite file beside the drivers: a new synchronisation deletes it, and the next report is a full one.
class GuestStates

    DEFAULTS = { :times_missing => 3, :obsolete => 720 }.freeze

    def initialize(type, host_id, sync)
        @sync = sync
        @conf = DEFAULTS.merge(settings(type))
        @db   = SQLite3::Database.new(File.join(__dir__, '..', "status_#{type}_#{host_id}.db"))
        @db.execute('CREATE TABLE IF NOT EXISTS guests(uuid TEXT PRIMARY KEY, id INTEGER, state TEXT, seen INTEGER, ' \
                    'missing INTEGER)')
        @db.execute('CREATE TABLE IF NOT EXISTS settings(key TEXT PRIMARY KEY, value TEXT)')
        @db.execute('DELETE FROM guests WHERE seen < ?', [Time.now.to_i - @conf[:obsolete] * 60])
    end

    # The report's text, given the guests as hashes with :id, :uuid, :state.
    def report(guests)
        full = full_report_due?
        text = full ? "SYNC_STATE=yes\nMISSING_STATE=POWEROFF\n" : ''
        known = guests.reject {|guest| guest[:id] < 0 }
        known.each {|guest| text += line(guest[:id], guest[:uuid], guest[:state]) if note(guest) || full }
        text + missing(known.map {|guest| guest[:uuid] })
    end

    private

    def settings(type)
        YAML.load_file(File.join(__dir__, '../../etc/im', "#{type}-probes.d", 'probe_db.conf')) || {}
    rescue StandardError
        {}
    end

    def full_report_due?
        now  = Time.now.to_i
        last = @db.get_first_value("SELECT value FROM settings WHERE key = 'LAST_SYNC'").to_i
        return false unless last.zero? || now > last + @sync

        @db.execute("REPLACE INTO settings VALUES ('LAST_SYNC', ?)", [now.to_s])
        true
    end

    # Stores a guest; true where its state is news.
    def note(guest)
        before = @db.get_first_value('SELECT state FROM guests WHERE uuid = ?', [guest[:uuid]])
        row = [guest[:uuid], guest[:id], guest[:state], Time.now.to_i]
        @db.execute('REPLACE INTO guests VALUES (?, ?, ?, ?, 0)', row)
        before != guest[:state]
    end

    def missing(present)
        text = ''
        @db.execute('SELECT uuid, id, missing FROM guests').each do |uuid, id, times|
            next if present.include?(uuid)

            if times >= @conf[:times_missing]
                text += line(id, uuid, 'POWEROFF')
                @db.execute('DELETE FROM guests WHERE uuid = ?', [uuid])
            else
                @db.execute('UPDATE guests SET missing = ? WHERE uuid = ?', [times + 1, uuid])
            end
        end
        text
    end

    def line(id, uuid, state)
        "VM = [ ID=\"#{id}\", DEPLOY_ID=\"#{uuid}\", STATE=\"#{state}\" ]\n"
    end

end

# Seconds between two full reports, out of the configuration document.
def full_report_interval(text)
    value = REXML::Document.new(text).root.elements['PROBES_PERIOD/SYNC_STATE_VM']&.text.to_s.strip
    value.empty? ? 180 : value.to_i
rescue StandardError
    180
end
