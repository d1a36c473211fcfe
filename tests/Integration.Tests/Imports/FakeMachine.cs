using Padron.Application.Imports;

namespace Padron.Integration.Tests.Imports;

/// <summary>A machine whose disk and memory are what a test says.</summary>
sealed class FakeMachine : IMachine
{
    public const long Plenty = 1L << 40;

    public DiskSpace? Disk { get; set; } = new(Plenty, Plenty);

    public string Process => "test:1";

    public int Processors => 1;

    public long MemoryBytes => Plenty;

    public long OwnMemory => 123 << 20;

    public long? AvailableMemory { get; set; } = Plenty;

    public DiskSpace? DiskOf(string directory) => Disk;

    public bool RunsServer(string dataDirectory, DateTimeOffset startedAt) => false;
}
