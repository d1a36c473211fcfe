using System.Security.Cryptography;
using Padron.Adapters.Samples;

namespace Padron.Integration.Tests.Samples;

public sealed class SampleFilesTests : IDisposable
{
    readonly SampleFolder sample = new();
    readonly SampleFolder other = new();

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes()
    {
        await sample.WriteAsync(20_000, seed: 77);
        await other.WriteAsync(20_000, seed: 77);
        Hashes(other).ShouldBe(Hashes(sample));
    }

    [Fact]
    public async Task Another_seed_gives_other_bytes()
    {
        await sample.WriteAsync(2_000, seed: 77);
        await other.WriteAsync(2_000, seed: 78);
        Hashes(other).Intersect(Hashes(sample)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_exists_is_left_alone()
    {
        await File.WriteAllTextAsync(sample.Plan, "mine");

        (await Should.ThrowAsync<IOException>(() => sample.WriteAsync(10))).Message.ShouldContain("exists already");

        (await File.ReadAllTextAsync(sample.Plan)).ShouldBe("mine");
        sample.Files.ShouldBe(["numeros.plan.csv"]);
    }

    [Fact]
    public async Task Overwriting_leaves_no_trace_of_the_files_before()
    {
        await sample.WriteAsync(3_000, seed: 1);
        await File.WriteAllTextAsync(sample.Database + "-wal", "of the file before");
        await SampleWriter.WriteAsync(new SampleOptions { DatabasePath = sample.Database, Rows = 500, Seed = 2, Overwrite = true });

        await other.WriteAsync(500, seed: 2);
        Hashes(sample).ShouldBe(Hashes(other));
        sample.Files.ShouldBe(["numeros.db", "numeros.plan.csv", "numeros.truth.json"]);
    }

    [Fact]
    public async Task Cancelling_leaves_no_file()
    {
        using var cancelled = new CancellationTokenSource();
        var options = new SampleOptions { DatabasePath = sample.Database, Rows = 1_000_000 };

        await Should.ThrowAsync<OperationCanceledException>(() => SampleWriter.WriteAsync(options, new Told(_ => cancelled.Cancel()), cancelled.Token));

        sample.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Progress_rises_to_the_number_of_rows()
    {
        List<long> told = [];
        await SampleWriter.WriteAsync(new SampleOptions { DatabasePath = sample.Database, Rows = 5_000 }, new Told(told.Add));

        told.ShouldBeInOrder(SortDirection.Ascending);
        told.Count.ShouldBeGreaterThan(1);
        told[^1].ShouldBe(5_000);
    }

    [Fact]
    public async Task Impossible_samples_are_refused()
    {
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => sample.WriteAsync(0));
        (await Should.ThrowAsync<ArgumentOutOfRangeException>(() => sample.WriteAsync(1_000_000_000))).Message.ShouldContain("too few numbers");
        var clash = new SampleOptions { DatabasePath = sample.Database, PlanPath = sample.Database };
        (await Should.ThrowAsync<IOException>(() => SampleWriter.WriteAsync(clash))).Message.ShouldContain("three different files");
        sample.Files.ShouldBeEmpty();
    }

    public void Dispose()
    {
        sample.Dispose();
        other.Dispose();
    }

    static string[] Hashes(SampleFolder folder) =>
        [.. new[] { folder.Database, folder.Plan, folder.Truth }.Select(file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))))];

    // Progress<T> would tell of it later, on another thread.
    sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
