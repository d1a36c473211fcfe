using System.Diagnostics;
using Padron.Integration.Tests.Cli;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Containers;

/// <summary>What the Dockerfile's steps make, without Docker: its build stage run in a directory, and its last stage as directories and variables.</summary>
public sealed class BuiltImage : IAsyncLifetime
{
    // Not TMPDIR: an unprivileged user has to reach it.
    readonly string root = Path.Combine("/tmp", $"padron-image-{Guid.NewGuid():N}");
    readonly Dictionary<string, string> environment = [];

    /// <summary>The user that the runtime's images call APP_UID.</summary>
    const string User = "1654";

    /// <summary>Options of <c>unshare</c> under which a file system can be made read-only for one process: root's own, or for others a user namespace.</summary>
    internal static string[] Namespaces => Environment.IsPrivilegedProcess ? ["--mount"] : ["--mount", "--user", "--map-current-user", "--keep-caps"];

    /// <summary>What stands for <c>/app</c>: read-only when it runs.</summary>
    public string App => Path.Combine(root, "app");

    /// <summary>What stands for the volume.</summary>
    public string Data => Path.Combine(root, "var/lib/padron");

    string Source => Path.Combine(root, "source");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(root);
        foreach (var step in Dockerfile.Stages[0])
            await BuildAsync(step);
        foreach (var step in Dockerfile.Stages[^1])
            Lay(step);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(root, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>The words of an instruction of the image (<c>ENTRYPOINT</c>, <c>HEALTHCHECK</c>), as they are called here.</summary>
    public string[] Command(string instruction) =>
        [.. Dockerfile.Stages[^1].Single(step => step.Name == instruction).Exec.Select(word => word == "dotnet" ? Environment.ProcessPath! : Here(word))];

    /// <summary>Starts a program as the container would: another user, no privileges to gain, nothing to write to but the volume.</summary>
    internal PadronProcess Start(IEnumerable<string> command, IReadOnlyDictionary<string, string> settings)
    {
        const string readOnly = """
            mount --make-rprivate / && mount --bind "$1" "$1" && mount --bind "$2" "$2" && mount -o remount,bind,ro "$1" && mount -o remount,bind,ro / && shift 2 && exec "$@"
            """;
        string[] user = Environment.IsPrivilegedProcess ? [$"--reuid={User}", $"--regid={User}", "--clear-groups", "--bounding-set=-all"] : ["--ambient-caps=-all"];
        var start = new ProcessStartInfo(Programs.Require("unshare"), [.. Namespaces, "--", "sh", "-c", readOnly, "sh", App, Data, "setpriv", "--inh-caps=-all", "--no-new-privs", .. user, "--", .. command])
        {
            WorkingDirectory = App,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin";
        foreach (var (name, value) in environment.Concat(settings))
            start.Environment[name] = value;
        return PadronProcess.Start(start);
    }

    async Task BuildAsync(Instruction step)
    {
        switch (step.Name)
        {
            case "FROM":
                break;
            case "WORKDIR":
                step.Text.ShouldBe("/source");
                Directory.CreateDirectory(Source);
                break;
            case "ENV":
                break; // of the SDK's own manners
            case "COPY":
                var words = step.Words.ToArray();
                foreach (var from in words[..^1])
                    Copy(from, words[^1]);
                break;
            case "RUN":
                await RunAsync(step.Text);
                break;
            default:
                throw new NotSupportedException($"The Dockerfile's build stage has {step.Name}, which this test does not run.");
        }
    }

    // A directory's content goes into the target, a file below it, as in Docker.
    void Copy(string from, string to)
    {
        var (source, target) = (Repository.PathOf(from), Path.Combine(Source, to));
        if (File.Exists(source))
        {
            Directory.CreateDirectory(target);
            File.Copy(source, Path.Combine(target, Path.GetFileName(source)));
            return;
        }

        var files = Directory.GetFiles(source, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(source, file))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj")); // .dockerignore
        foreach (var file in files)
        {
            var copy = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(source, file), copy, overwrite: true);
        }
    }

    async Task RunAsync(string command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command])
        {
            WorkingDirectory = Source,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // No build server that outlives the test, and no second look by the analysers.
        foreach (var (name, value) in new Dictionary<string, string> { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false", ["RunAnalyzers"] = "false" })
            start.Environment[name] = value;
        using var process = PadronProcess.Start(start);
        var end = await process.EndAsync(TimeSpan.FromMinutes(10));
        end.ExitCode.ShouldBe(0, $"{command}\n{end.StdOut}\n{end.StdErr}");
    }

    void Lay(Instruction step)
    {
        switch (step.Name)
        {
            case "FROM" or "USER" or "VOLUME" or "STOPSIGNAL" or "HEALTHCHECK" or "ENTRYPOINT" or "CMD":
                break;
            case "WORKDIR":
                step.Text.ShouldBe("/app");
                break;
            case "COPY":
                var words = step.Words.SkipWhile(word => word.StartsWith("--", StringComparison.Ordinal)).ToArray();
                var target = words[1] == "./" ? App : Here(words[1]);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                Directory.Move(Here(words[0]), target);
                if (step.Text.Contains("--chown=$APP_UID", StringComparison.Ordinal) && Environment.IsPrivilegedProcess)
                    Process.Start("chown", [User, target]).WaitForExit();
                break;
            case "ENV":
                foreach (var pair in step.Words.Select(word => word.Split('=', 2)))
                    environment[pair[0]] = Here(pair[1]);
                break;
            default:
                throw new NotSupportedException($"The Dockerfile's last stage has {step.Name}, which this test does not know.");
        }
    }

    string Here(string path) =>
        path.StartsWith("/app", StringComparison.Ordinal) || path.StartsWith("/source", StringComparison.Ordinal) || path.StartsWith("/var/", StringComparison.Ordinal) ? root + path : path;
}
