namespace Padron.Integration.Tests.Upgrades;

/// <summary>A register that a later program made: nothing of it is touched.</summary>
public sealed class NewerRegisterTests
{
    const string Shape = """
        select md5(string_agg(name, ',' order by name))
          from (select concat_ws(' ', table_schema, table_name, column_name, data_type) from information_schema.columns) as c (name)
        """;

    [Theory]
    [InlineData("init")]
    [InlineData("availability")]
    [InlineData("serve")]
    public async Task It_is_refused_before_anything_is_changed(string command)
    {
        await using var register = await OldRegister.RestoreAsync();
        await register.ExecuteAsync("insert into padron.schema_versions values ('read', 999, 'of tomorrow')");
        var shape = await register.ScalarAsync<string>(Shape);

        (await register.Padron.RunAsync(command)).ShouldHaveFailed(
            1, "The database has version 999 of 'read', which this program does not know: upgrade padron.");

        (await register.ScalarAsync<string>(Shape)).ShouldBe(shape);
    }
}
