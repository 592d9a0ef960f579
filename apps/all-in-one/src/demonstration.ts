console.log(JSON.stringify({ logins: [] }));
