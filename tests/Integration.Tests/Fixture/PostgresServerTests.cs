using Npgsql;

namespace Padron.Integration.Tests.Fixture;

public sealed class PostgresServerTests
{
    [Fact]
    public async Task Databases_are_apart_from_each_other()
    {
        var (one, other) = (await PostgresServer.CreateDatabaseAsync(), await PostgresServer.CreateDatabaseAsync());

        await ExecuteAsync(one, "create table mine (id int)");

        (await ExecuteAsync(other, "select to_regclass('mine')::text")).ShouldBe(DBNull.Value);
    }

    [Fact]
    public async Task A_template_is_built_once_however_many_ask_and_copied_with_its_rows()
    {
        var builds = 0;
        async Task Build(string connectionString)
        {
            Interlocked.Increment(ref builds);
            await ExecuteAsync(connectionString, "create table fruit as select 'mango' as name"); // leaves a pooled connection
        }

        var copies = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
            await PostgresServer.CreateDatabaseAsync(await PostgresServer.TemplateAsync("fruit", Build))));

        builds.ShouldBe(1);
        copies.Distinct().Count().ShouldBe(5);
        foreach (var copy in copies)
            (await ExecuteAsync(copy, "select name from fruit")).ShouldBe("mango");
    }

    [Fact]
    public async Task A_dropped_database_is_gone_though_sessions_were_open()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        await using var open = new NpgsqlConnection(database);
        await open.OpenAsync();

        await PostgresServer.DropDatabaseAsync(database);

        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(database, "select 1"))).SqlState.ShouldBe(PostgresErrorCodes.InvalidCatalogName);
    }

    static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
