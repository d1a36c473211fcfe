using Padron.Adapters.Machine;
using Padron.Application.Imports;
using Padron.Integration.Tests.Postgres;

namespace Padron.Integration.Tests.Imports;

/// <summary>What the real machine tells.</summary>
public sealed class LocalMachineTests
{
    readonly LocalMachine machine = new();

    [Fact]
    public void It_knows_its_memory_and_its_disks_and_no_others()
    {
        machine.AvailableMemory!.Value.ShouldBeInRange(1 << 20, 1L << 50);
        machine.OwnMemory.ShouldBeInRange(1 << 20, 1L << 40);
        machine.DiskOf("/")!.Value.FreeBytes.ShouldBeInRange(0, machine.DiskOf("/")!.Value.Bytes);
        machine.DiskOf("/no/such/directory").ShouldBeNull();
    }

    [Fact]
    public async Task It_knows_the_data_of_a_server_of_its_own_by_the_time_at_which_that_began()
    {
        await using var directory = new ClusterDirectory();
        await using var cluster = await directory.AttachAsync();
        var startedAt = new DateTimeOffset((DateTime)(await ClusterDirectory.AskAsync(cluster, "select pg_postmaster_start_time()"))!);
        var data = (string)(await ClusterDirectory.AskAsync(cluster, "show data_directory"))!;

        machine.RunsServer(data, startedAt).ShouldBeTrue();
        machine.RunsServer(data, startedAt.AddMinutes(1)).ShouldBeFalse(); // another machine's, which has its data at the same place
        machine.RunsServer("/no/such/directory", startedAt).ShouldBeFalse();
        machine.DiskOf(data).ShouldBeOfType<DiskSpace>().FreeBytes.ShouldBePositive();
    }
}
