using System.Diagnostics;
using System.Text.RegularExpressions;
using Padron.Adapters.Postgres;
using Padron.Api.Configuration;
using Padron.Integration.Tests.Cli;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Containers;

/// <summary>docker-compose.yml and what it mounts, judged by the programs that read them.</summary>
public sealed partial class ComposeTests
{
    static readonly string Compose = File.ReadAllText(Repository.PathOf("docker-compose.yml"));

    [NeedsFact("docker-compose")]
    public async Task Compose_takes_the_file_for_every_profile()
    {
        foreach (var profile in (string[])["production", "development", "cache"])
        {
            var taken = await RunAsync(Programs.Require("docker-compose"), ["--env-file", ".env.example", "--profile", profile, "config"]);
            taken.ShouldBeDone().StdOut.ShouldContain("network_mode: service:proxy");
            taken.StdErr.ShouldBeEmpty(); // a variable that nobody sets is a warning
        }
    }

    [Fact]
    public void Everything_it_mounts_or_names_is_in_the_tree()
    {
        var paths = MountedPath().Matches(Compose).Select(match => match.Groups["path"].Value).ToArray();
        paths.ShouldBe(["ops/postgres.conf", "ops/nginx.conf", "ops/redis.conf"], ignoreOrder: true);
        paths.ShouldAllBe(path => File.Exists(Repository.PathOf(path)));
    }

    [Fact]
    public void Every_variable_it_takes_is_explained_in_the_example_and_every_setting_of_Padrons_exists()
    {
        var example = File.ReadAllText(Repository.PathOf(".env.example"));
        var variables = Variable().Matches(Compose).Select(match => match.Groups["name"].Value).Distinct().ToArray();
        variables.ShouldAllBe(variable => Regex.IsMatch(example, $"^#?{variable}=", RegexOptions.Multiline, TimeSpan.FromSeconds(1)));

        var settings = Setting.All.SelectMany(setting => (string[])[setting.Variable, .. setting.Attribute.Secret ? (string[])[Setting.Prefix + setting.FileName] : []]);
        GivenSetting().Matches(Compose).Select(match => match.Groups["name"].Value).Except(settings).ShouldBeEmpty();
    }

    [Fact]
    public async Task PostgreSQL_takes_its_file()
    {
        // Asked for one setting, it reads them all, and refuses a name or a value it does not know.
        var file = Repository.PathOf("ops/postgres.conf");
        (await RunAsync(PostgresBinaries.Find().Program("postgres"), ["-C", "max_connections", "-D", Path.GetTempPath(), "-c", $"config_file={file}"])).ShouldBeDone().StdOut.Trim().ShouldBe("200");
    }

    [NeedsFact("redis-server", "redis-cli")]
    public async Task Redis_takes_its_file_and_answers()
    {
        var socket = Path.Combine("/tmp", $"padron-redis-{Guid.NewGuid():N}");
        using var redis = PadronProcess.Start(Redirected(Programs.Require("redis-server"), [Repository.PathOf("ops/redis.conf"), "--port", "0", "--unixsocket", socket]));
        await Eventually.TrueAsync(async () => redis.HasExited || (await RunAsync(Programs.Require("redis-cli"), ["-s", socket, "ping"])).StdOut.Trim() == "PONG");
        redis.HasExited.ShouldBeFalse();
        await redis.TerminateAsync();
        (await redis.EndAsync()).ShouldBeDone();
    }

    static async Task<ProcessEnd> RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = PadronProcess.Start(Redirected(program, arguments));
        return await process.EndAsync();
    }

    static ProcessStartInfo Redirected(string program, IEnumerable<string> arguments) => new(program, arguments)
    {
        WorkingDirectory = Repository.PathOf(""),
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    [GeneratedRegex(@"- \./(?<path>ops/[^:]+):", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MountedPath();

    [GeneratedRegex("^    (?<name>PADRON_[A-Z_]+):", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GivenSetting();

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+):-", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
