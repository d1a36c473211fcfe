using Padron.Integration.Tests.Cli;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Containers;

/// <summary>The Dockerfile's own steps, commands and health check, run without Docker.</summary>
public sealed class ImageTests(BuiltImage image) : IClassFixture<BuiltImage>
{
    [Fact]
    public void The_image_is_small_and_of_one_system()
    {
        var files = Directory.GetFiles(image.App, "*", SearchOption.AllDirectories);
        files.Sum(file => new FileInfo(file).Length).ShouldBeLessThan(40_000_000);
        Directory.GetDirectories(Path.Combine(image.App, "runtimes")).Select(Path.GetFileName).ShouldBe(["linux-arm64", "linux-x64"], ignoreOrder: true);
    }

    [NeedsNamespaceFact]
    public async Task Nothing_but_the_volume_can_be_written()
    {
        foreach (var path in (string[])[Path.Combine(image.App, "written"), "/usr/written", "/tmp/written"])
            (await RunAsync(["sh", "-c", $"echo x > {path}"])).StdErr.ShouldContain("Read-only file system");
        (await RunAsync(["sh", "-c", $"echo x > {image.Data}/written && rm {image.Data}/written && id -u"])).ShouldBeDone().StdOut.Trim().ShouldNotBe("0");
    }

    [NeedsNamespaceFact]
    public async Task It_is_set_up_serves_and_its_health_check_follows_the_database()
    {
        await using var relay = new DatabaseRelay(await PostgresServer.CreateDatabaseAsync());
        var settings = new Dictionary<string, string> { ["PADRON_DATABASE"] = relay.ConnectionString, ["PADRON_URLS"] = $"http://127.0.0.1:{Ports.Free()}" };
        string[] entry = image.Command("ENTRYPOINT"), health = image.Command("HEALTHCHECK");

        (await RunAsync([.. entry, "init"], settings)).ShouldBeDone();
        (File.GetUnixFileMode(Path.Combine(image.Data, "contact.key")) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)).ShouldBe(UnixFileMode.None);
        (await RunAsync(health, settings)).ShouldHaveFailed(1, "does not answer");

        using var serving = image.Start([.. entry, .. image.Command("CMD")], settings);
        await Eventually.TrueAsync(async () => serving.HasExited || (await RunAsync(health, settings)).ExitCode == 0);
        serving.HasExited.ShouldBeFalse();

        await relay.CloseAsync();
        ProcessEnd? unwell = null;
        await Eventually.TrueAsync(async () => (unwell = await RunAsync(health, settings)).StdErr.Contains("The database does not answer", StringComparison.Ordinal));
        unwell!.ExitCode.ShouldBe(1);

        relay.Open();
        await Eventually.TrueAsync(async () => (await RunAsync(health, settings)).ExitCode == 0);
        await serving.TerminateAsync();
        (await serving.EndAsync()).ShouldBeDone();
    }

    async Task<ProcessEnd> RunAsync(IEnumerable<string> command, IReadOnlyDictionary<string, string>? settings = null)
    {
        using var process = image.Start(command, settings ?? new Dictionary<string, string>());
        return await process.EndAsync();
    }
}
