using System.Diagnostics;
using System.Globalization;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Cli;

/// <summary>A disk in memory, with little room beside a file that can be removed: a tmpfs of its own where the tests may mount one, otherwise the machine's.</summary>
sealed class SmallDisk : IAsyncDisposable
{
    const int Megabytes = 512;
    const int BallastMegabytes = 300;
    const int LeastReserve = 64;
    const string SharedMemory = "/dev/shm";

    readonly string folder;
    readonly bool isMounted;

    SmallDisk(string folder, bool isMounted) => (this.folder, this.isMounted) = (folder, isMounted);

    /// <summary>A directory on it.</summary>
    public string Path => System.IO.Path.Combine(folder, "data");

    public long FreeMegabytes => new DriveInfo(folder).AvailableFreeSpace >> 20;

    string Ballast => System.IO.Path.Combine(folder, "ballast");

    public static async Task<SmallDisk> CreateAsync()
    {
        var own = TestCluster.NewDirectory();
        if (Environment.IsPrivilegedProcess)
        {
            Directory.CreateDirectory(own);
            if (await RunAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={Megabytes}m,mode=755"), "tmpfs", own) == 0)
                return new(own, isMounted: true);
            Directory.Delete(own);
        }

        var shared = System.IO.Path.Combine(SharedMemory, System.IO.Path.GetFileName(own));
        Directory.CreateDirectory(shared);
        return new(shared, isMounted: false);
    }

    /// <summary>Takes room away.</summary>
    /// <param name="usable">Megabytes that can be used nevertheless.</param>
    /// <returns>What must stay free in megabytes so that it is no more.</returns>
    public async Task<long> FillAsync(int usable)
    {
        await using (var file = new FileStream(Ballast, FileMode.CreateNew, FileAccess.Write))
        {
            var zeros = new byte[1 << 20];
            for (var written = 0; written < BallastMegabytes; written++)
                await file.WriteAsync(zeros);
        }

        return Math.Max(LeastReserve, FreeMegabytes - usable);
    }

    /// <summary>Gives it back.</summary>
    public void RemoveBallast() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        if (isMounted)
            (await RunAsync("umount", folder)).ShouldBe(0);
        Directory.Delete(folder, recursive: true);
    }

    static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
