using System.Globalization;

namespace Padron.Adapters.Postgres;

/// <summary>What <c>padron.conf</c> says. It is included last by postgresql.conf, so that only ALTER SYSTEM is stronger.</summary>
static class ServerSettings
{
    const long Megabyte = 1024 * 1024;

    /// <summary>What a changed page is logged with, if the server was built with it: quicker than its own compression, <c>on</c>.</summary>
    public const string QuickCompression = "lz4";

    /// <param name="socketDirectory">Of the server.</param>
    /// <param name="walCompression">A method it was built with, or <c>on</c>.</param>
    /// <param name="overrides">Stronger than these.</param>
    public static string Render(string socketDirectory, string walCompression, IReadOnlyDictionary<string, string> overrides)
    {
        var settings = Defaults(socketDirectory, walCompression);
        foreach (var (name, value) in overrides)
            settings[name] = value;

        return "# Written at every start of the server. For settings of your own use ALTER SYSTEM.\n"
            + string.Concat(settings.Select(setting => $"{setting.Key} = '{Escape(setting.Value)}'\n"));
    }

    static Dictionary<string, string> Defaults(string socketDirectory, string walCompression)
    {
        // The container's limit where there is one.
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Megabyte;
        var settings = new Dictionary<string, string>
        {
            ["cluster_name"] = "padron",
            ["listen_addresses"] = "",
            ["port"] = SocketDirectory.Port.ToString(CultureInfo.InvariantCulture),
            ["unix_socket_directories"] = $"\"{socketDirectory.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", // a list, so quoted
            ["unix_socket_permissions"] = "0700",
            ["max_connections"] = "200",

            // A quarter of memory is the usual share. Beyond 2 GB it gains little here, as the working set is the index leaves
            // that are claimed from, and the machine is shared with the process that loads and serves.
            ["shared_buffers"] = Megabytes(Math.Clamp(memory / 4, 128, 2048)),
            ["effective_cache_size"] = Megabytes(Math.Max(memory / 2, 256)),
            ["maintenance_work_mem"] = Megabytes(Math.Clamp(memory / 16, 64, 1024)), // indexes are built after a load of millions
            ["work_mem"] = "16MB",

            // An import writes tens of gigabytes: at the default of 1 GB it would checkpoint every few seconds, and each
            // checkpoint makes the next change of every page log the whole page again.
            // Nobody replicates a private cluster, so an index that is built need not go to the log too: that is a quarter of the work.
            ["wal_level"] = "minimal",
            ["max_wal_senders"] = "0",
            ["max_wal_size"] = "4GB",
            ["min_wal_size"] = "1GB",
            ["checkpoint_timeout"] = "15min",
            ["wal_compression"] = walCompression,

            ["random_page_cost"] = "1.1", // solid-state disks
            ["jit"] = "off", // statements take milliseconds; compiling one takes hundreds
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",

            // The server's own events and what ends a session, not failed statements: their text has phone numbers and
            // names in it, and the process that sent them reports them.
            ["log_min_messages"] = "log",
            ["log_min_error_statement"] = "panic",
            ["log_error_verbosity"] = "terse",
            ["log_checkpoints"] = "off",
            ["log_line_prefix"] = "%m [%p] ",
        };

        // Parallel queries share memory through /dev/shm, of which Docker gives 64 MB; files in the cluster have no such limit.
        if (OperatingSystem.IsLinux() && (!Directory.Exists("/dev/shm") || new DriveInfo("/dev/shm").TotalSize < 1024 * Megabyte))
            settings["dynamic_shared_memory_type"] = "mmap";
        return settings;
    }

    static string Megabytes(long value) => string.Create(CultureInfo.InvariantCulture, $"{value}MB");

    static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);
}
