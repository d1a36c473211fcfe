using Npgsql;

namespace Padron.Integration.Tests.Plans;

/// <summary>Statements of one test on the planned register, kept apart from those of the code.</summary>
sealed class TemporaryLog : IAsyncDisposable
{
    readonly PlanLog log = new();
    readonly NpgsqlDataSource dataSource;

    public TemporaryLog(PlannedRegister register) => dataSource = log.Over(register.Database.ConnectionString);

    public IReadOnlyCollection<CapturedPlan> Plans => log.Plans;

    public async Task ExecuteAsync(string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => dataSource.DisposeAsync();
}
